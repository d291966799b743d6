/// "I live", and what a component says of itself.
///
/// ```swift
/// Heartbeat(component: "worker", metrics: ["memory_mb": 412], progress: 1_204)
/// ```
public struct Heartbeat: Hashable, Codable, Sendable {
    public var component: ComponentID
    /// Numbers by name: `latency_ms`, `memory_mb`, `cpu_percent`, `error_rate` (0…1), and any of the component's own.
    public var metrics: [String: Double]
    /// What it thinks of itself. Default: nothing, it merely lives.
    public var status: HealthStatus?
    public var message: String?
    /// A number that should grow.
    public var progress: Double?
    /// The last one: it stops on purpose.
    public var isStopping: Bool

    public init(
        component: ComponentID, metrics: [String: Double] = [:], status: HealthStatus? = nil, message: String? = nil,
        progress: Double? = nil, isStopping: Bool = false
    ) {
        self.component = component
        self.metrics = metrics
        self.status = status
        self.message = message
        self.progress = progress
        self.isStopping = isStopping
    }
}
