/// What is known of one check.
public struct CheckView: Hashable, Sendable {
    public var name: String
    public var kind: String
    public var level: SourceLevel
    public var cause: Cause
    public var message: String?
    public var details: [String: JSONValue]
    public var lastVerdict: Verdict?
    public var lastRun: WallTime?
    public var latency: TimeSpan?
    public var consecutiveFailures: Int
    public var consecutiveSuccesses: Int
    public var total: UInt64
    public var failures: UInt64
    public var recent: RecentOutcomes
    public var latencies: Histogram
    public var breaker: BreakerView
    public var next: WallTime?
    public var isRunning: Bool

    public init(
        name: String, kind: String, level: SourceLevel, cause: Cause, message: String?, details: [String: JSONValue],
        lastVerdict: Verdict?, lastRun: WallTime?, latency: TimeSpan?, consecutiveFailures: Int,
        consecutiveSuccesses: Int, total: UInt64, failures: UInt64, recent: RecentOutcomes, latencies: Histogram,
        breaker: BreakerView, next: WallTime?, isRunning: Bool
    ) {
        self.name = name
        self.kind = kind
        self.level = level
        self.cause = cause
        self.message = message
        self.details = details
        self.lastVerdict = lastVerdict
        self.lastRun = lastRun
        self.latency = latency
        self.consecutiveFailures = consecutiveFailures
        self.consecutiveSuccesses = consecutiveSuccesses
        self.total = total
        self.failures = failures
        self.recent = recent
        self.latencies = latencies
        self.breaker = breaker
        self.next = next
        self.isRunning = isRunning
    }
}

/// A circuit breaker as readers see it.
public enum BreakerView: Hashable, Sendable {
    case closed
    case open(until: WallTime)
    case halfOpen

    public var name: String {
        switch self {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "half_open"
        }
    }
}
