public import HaleModel
public import HaleResilience

/// When one check runs and what its results mean.
public struct CheckPolicy: Hashable, Codable, Sendable {
    public var name: String
    public var kind: String
    /// From one run to the next. Default 10 s, each run jittered by ±5 %.
    public var interval: TimeSpan
    /// Default: the smaller of 5 s and the interval.
    public var timeout: TimeSpan
    /// The sooner next run after a first failure, while starting and on the way back. Default: interval ÷ 2.
    public var recheck: TimeSpan
    public var thresholds: SourceState.Thresholds
    /// Default 60 s.
    public var startPeriod: TimeSpan
    /// Latency beyond this makes a good result `degraded` (S5). Default: none.
    public var slow: TimeSpan?
    public var breaker: CircuitBreakerStateMachine.Configuration
    /// The host it asks, where runs against one host are to be few at once.
    public var host: String?
    /// Whether the way to it may be lost together with Hale's own network (C8, C10). Default false.
    public var isRemote: Bool

    public init(
        name: String, kind: String, interval: TimeSpan = .seconds(10), timeout: TimeSpan? = nil,
        recheck: TimeSpan? = nil, thresholds: SourceState.Thresholds = .init(), startPeriod: TimeSpan = .seconds(60),
        slow: TimeSpan? = nil, breaker: CircuitBreakerStateMachine.Configuration = .init(),
        host: String? = nil, isRemote: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.interval = interval
        self.timeout = timeout ?? min(.seconds(5), interval)
        self.recheck = recheck ?? interval / 2
        self.thresholds = thresholds
        self.startPeriod = startPeriod
        self.slow = slow
        self.breaker = breaker
        self.host = host
        self.isRemote = isRemote
    }

    /// Each run is moved by up to this part of its interval, so that checks that began together drift apart.
    static let jitter = 0.05
    /// How long past its time-out an answer of the prober is awaited before the run counts as lost.
    static let patience: TimeSpan = .seconds(5)
}

extension CheckPolicy {
    /// A result as it counts: a good answer that took too long is degraded, and says so (S5).
    func judged(_ result: HealthCheckResult) -> HealthCheckResult {
        guard isTooSlow(result) else { return result }
        var judged = result
        judged.status = .degraded
        judged.message = message(of: result)
        return judged
    }

    /// What a result says as it counts.
    func message(of result: HealthCheckResult) -> String {
        guard let slow, isTooSlow(result) else { return result.message }
        return "slow: \(result.latency), limit \(slow) (\(result.message))"
    }

    private func isTooSlow(_ result: HealthCheckResult) -> Bool {
        guard let slow else { return false }
        return result.status == .healthy && result.latency > slow
    }
}
