public import HaleModel
public import HaleResilience

/// What is remembered of one check across restarts of Hale.
public struct CheckMemory: Hashable, Codable, Sendable {
    /// The last conclusive or inconclusive answer.
    public struct Last: Hashable, Codable, Sendable {
        public var verdict: Verdict
        public var message: String
        public var details: [String: JSONValue]
        public var at: WallTime
        public var latency: TimeSpan
    }

    public internal(set) var name: String
    public internal(set) var source = SourceState()
    public internal(set) var breaker: CircuitBreakerStateMachine
    public internal(set) var recent = RecentOutcomes()
    public internal(set) var latencies = Histogram()
    public internal(set) var total: UInt64 = 0
    public internal(set) var failures: UInt64 = 0
    public internal(set) var last: Last?
    /// The event that told of the present failure.
    public internal(set) var failureEvent: EventID?

    init(_ policy: CheckPolicy) {
        name = policy.name
        breaker = CircuitBreakerStateMachine(policy.breaker)
    }

    /// Why the source stands where it does.
    var cause: Cause {
        let text: String
        switch source.level {
        case .unknown: text = last.map { "no verdict: \($0.message)" } ?? "no result yet"
        case .starting: text = source.hasHeard ? "no good result yet: \(last?.message ?? "")" : "no result yet"
        case .healthy where last?.verdict == .inconclusive: text = "was good; no verdict since: \(last?.message ?? "")"
        case .healthy: text = last?.message ?? "good"
        case .degraded where source.failures == 0: text = last?.message ?? "degraded"
        case .recovering: text = "\(source.successes) good in a row since it was down"
        case .degraded, .unhealthy, .down:
            let count =
                source.rule == .c2
                ? "no good result within the start period: "
                : source.failures > 0 ? "\(source.failures) failed in a row: " : ""
            text = "\(count)\(last?.message ?? "no good result")"
        }
        return Cause(source.rule, "\(name): \(text)", events: failureEvent.map { [$0] } ?? [])
    }
}
