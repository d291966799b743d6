/// What became of the operations of one component since the last report.
public struct OperationCounts: Hashable, Codable, Sendable {
    /// Who counted.
    public enum Origin: String, Codable, CaseIterable, Hashable, Sendable {
        /// The component itself.
        case errors
        /// The gateway: errors, resets, time-outs (S7).
        case traffic
    }

    public var component: ComponentID
    public var origin: Origin
    public var succeeded: Int
    public var failed: Int
    /// Whether one of the failures was of severity critical.
    public var hasCritical: Bool
    /// The usual latency of these operations, where it was measured.
    public var latency: TimeSpan?

    public init(
        component: ComponentID, origin: Origin, succeeded: Int, failed: Int, hasCritical: Bool = false,
        latency: TimeSpan? = nil
    ) {
        self.component = component
        self.origin = origin
        self.succeeded = succeeded
        self.failed = failed
        self.hasCritical = hasCritical
        self.latency = latency
    }
}
