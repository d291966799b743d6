/// The counters of one component: `GET …/component/ID/stats`.
public struct StatsDocument: Codable, Hashable, Sendable {
    public struct Check: Codable, Hashable, Sendable {
        public var name: String
        public var checksTotal: UInt64
        public var failuresTotal: UInt64
        public var consecutiveFailures: Int
        public var consecutiveSuccesses: Int
        public var successRate: Double?
        public var latencyMs: ComponentDocument.Latency?
    }

    public var componentId: ComponentID
    public var checksTotal: UInt64
    public var failuresTotal: UInt64
    public var restartCount: Int
    public var totalHeartbeats: UInt64
    public var healAttempts: Int
    public var checks: [Check]

    public init(_ view: ComponentView) {
        componentId = view.id
        checksTotal = view.checks.reduce(0) { $0 + $1.total }
        failuresTotal = view.checks.reduce(0) { $0 + $1.failures }
        restartCount = view.restartCount
        totalHeartbeats = view.heartbeat?.total ?? 0
        healAttempts = view.heal?.attempts ?? 0
        checks = view.checks.map {
            Check(
                name: $0.name, checksTotal: $0.total, failuresTotal: $0.failures,
                consecutiveFailures: $0.consecutiveFailures, consecutiveSuccesses: $0.consecutiveSuccesses,
                successRate: $0.recent.successRate, latencyMs: ComponentDocument.Latency($0.latencies))
        }
    }
}
