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

    public init(
        id: ComponentID, layer: Layer, labels: [String: String], isVital: Bool, dependsOn: [ComponentID],
        state: HealthState, since: WallTime, cause: Cause, tags: [Tag], blockedBy: [ComponentID], checks: [CheckView],
        instances: [InstanceView], heal: HealView?, restartCount: Int
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
    }

    /// The check whose level is the worst; what it said is what people want to read first.
    public var worstCheck: CheckView? {
        checks.max { ($0.level, $0.consecutiveFailures) < ($1.level, $1.consecutiveFailures) }
    }
}
