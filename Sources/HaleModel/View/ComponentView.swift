/// All that is known of one component at one moment, for readers.
public struct ComponentView: Hashable, Sendable {
    public var id: ComponentID
    public var layer: Layer
    public var labels: [String: String]
    public var isVital: Bool
    public var dependsOn: [ComponentID]

    public var state: HealthState
    public var since: WallTime
    public var cause: Cause
    public var tags: [Tag]
    public var blockedBy: [ComponentID]
    public var checks: [CheckView]
    public var instances: [InstanceView]
    public var heal: HealView?
    public var restartCount: Int
    /// 0…1; `nil` where nothing is known.
    public var healthScore: Double?
    public var heartbeat: HeartbeatView?
    /// The last values that it reported, or its checks brought along.
    public var metrics: [String: Double]
    /// When a maintenance ends.
    public var heldUntil: WallTime?
    /// Somebody knows of the present trouble; the text may be empty.
    public var acknowledgement: String?
    public var silencedUntil: WallTime?

    public init(
        id: ComponentID, layer: Layer, labels: [String: String], isVital: Bool, dependsOn: [ComponentID],
        state: HealthState, since: WallTime, cause: Cause, tags: [Tag], blockedBy: [ComponentID], checks: [CheckView],
        instances: [InstanceView], heal: HealView?, restartCount: Int, healthScore: Double? = nil,
        heartbeat: HeartbeatView? = nil, metrics: [String: Double] = [:], heldUntil: WallTime? = nil,
        acknowledgement: String? = nil, silencedUntil: WallTime? = nil
    ) {
        self.id = id
        self.layer = layer
        self.labels = labels
        self.isVital = isVital
        self.dependsOn = dependsOn
        self.state = state
        self.since = since
        self.cause = cause
        self.tags = tags
        self.blockedBy = blockedBy
        self.checks = checks
        self.instances = instances
        self.heal = heal
        self.restartCount = restartCount
        self.healthScore = healthScore
        self.heartbeat = heartbeat
        self.metrics = metrics
        self.heldUntil = heldUntil
        self.acknowledgement = acknowledgement
        self.silencedUntil = silencedUntil
    }

    /// The check whose level is the worst; what it said is what people want to read first.
    public var worstCheck: CheckView? {
        checks.max { ($0.level, $0.consecutiveFailures) < ($1.level, $1.consecutiveFailures) }
    }
}
