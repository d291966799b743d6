public import HaleModel

/// One component as it is configured: what the engine has to know of it.
public struct ComponentPolicy: Hashable, Codable, Sendable {
    public var id: ComponentID
    public var layer: Layer
    public var labels: [String: String]
    public var isVital: Bool
    /// How much it counts in the score. Default 1.
    public var weight: Double
    public var dependsOn: [DependencyPolicy]
    public var checks: [CheckPolicy]
    public var heartbeat: HeartbeatPolicy?
    /// Limits of metrics that it reports, by name.
    public var limits: [String: MetricLimit]
    public var errorRate: ErrorRatePolicy
    public var program: ProgramPolicy?
    public var heal: HealPolicy?
    public var hooks: HookPolicy
    public var group: GroupPolicy?
    public var flapping: FlappingPolicy

    public init(
        id: ComponentID, layer: Layer = .daemon, labels: [String: String] = [:], isVital: Bool = false,
        weight: Double = 1, dependsOn: [DependencyPolicy] = [], checks: [CheckPolicy] = [],
        heartbeat: HeartbeatPolicy? = nil, limits: [String: MetricLimit] = [:], errorRate: ErrorRatePolicy = .init(),
        program: ProgramPolicy? = nil, heal: HealPolicy? = nil, hooks: HookPolicy = .init(),
        group: GroupPolicy? = nil, flapping: FlappingPolicy = .init()
    ) {
        self.id = id
        self.layer = layer
        self.labels = labels
        self.isVital = isVital
        self.weight = weight
        self.dependsOn = dependsOn
        self.checks = checks
        self.heartbeat = heartbeat
        self.limits = limits
        self.errorRate = errorRate
        self.program = program
        self.heal = heal
        self.hooks = hooks
        self.group = group
        self.flapping = flapping
    }
}
