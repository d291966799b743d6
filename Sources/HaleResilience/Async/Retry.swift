import HaleModel

/// Tries again what fails for a reason that may pass.
///
/// ```swift
/// let retry = Retry(maxAttempts: 5, delay: .milliseconds(200))
/// let page = try await retry { try await http.get(url) }
/// ```
///
/// Which errors are tried again is asked of the ``ErrorClassifier`` unless `deciding` says otherwise; cancellation never
/// is. When it gives up it throws the operation's own last error.
///
/// Retries never become the storm: a ``RetryBudget`` bounds them to a part of the calls, no wait is begun that a
/// ``Deadline`` would cut off, and a retry within another one's further attempts, or within the further calls of a
/// ``Hedge``, makes a single attempt, so that nested ones add up and never multiply.
public struct Retry: ResiliencePolicy {
    public enum Decision: Hashable, Sendable {
        case retry
        /// Wait as the other side asked, and no shorter than the backoff.
        case retryAfter(Duration)
        case stop
    }

    public enum StopReason: String, Hashable, Sendable {
        case attempts, decision, deadline, budget, nested, retryAfterTooLong
    }

    /// How a wait of `w` is drawn.
    public enum Jitter: String, Hashable, Sendable, Codable {
        /// From `0 ... w`.
        case full
        /// From `w / 2 ... w`.
        case equal
        case none
    }

    public struct Configuration: Hashable, Sendable, Codable {
        /// Attempts with the first, 1 to 10. Default 3.
        public var maxAttempts: Int
        /// The wait before the second attempt. Default 1 s.
        public var delay: Duration
        /// What each further wait is multiplied by, 1 to 10. Default 2.
        public var factor: Double
        /// The longest wait, and the longest `Retry-After` that is waited for. Default 60 s.
        public var maxDelay: Duration
        /// Default `full`.
        public var jitter: Jitter
        /// No attempt begins later than this after the first, and time-outs inside end by it. Default none.
        public var deadline: Duration?

        public init(
            maxAttempts: Int = 3, delay: Duration = .seconds(1), factor: Double = 2, maxDelay: Duration = .seconds(60),
            jitter: Jitter = .full, deadline: Duration? = nil
        ) {
            self.maxAttempts = maxAttempts
            self.delay = delay
            self.factor = factor
            self.maxDelay = maxDelay
            self.jitter = jitter
            self.deadline = deadline
        }

        /// The configuration itself, or what is wrong with it: for one that was read from a file.
        public func validated() throws(InvalidLimit) -> Self {
            try InvalidLimit.check("maxAttempts", maxAttempts, (1...10).contains(maxAttempts), "1 to 10")
            try InvalidLimit.check("delay", delay, delay >= .zero && delay <= .longest, "0 s to 100 years")
            try InvalidLimit.check("factor", factor, (1...10).contains(factor), "1 to 10")
            try InvalidLimit.check(
                "maxDelay", maxDelay, maxDelay >= delay && maxDelay <= .longest, "at least delay, \(delay)")
            if let deadline { try InvalidLimit.check("deadline", deadline, deadline > .zero, "over 0 s") }
            return self
        }

        var machine: BackoffStateMachine.Configuration {
            .init(
                base: TimeSpan(bounding: delay), factor: factor, max: TimeSpan(bounding: maxDelay), jitter: 0,
                spread: jitter == .full ? .full : jitter == .equal ? .equal : .proportional)
        }
    }

    /// True within a further attempt of a retry and a further call of a hedge, which begin no further ones of their own.
    @TaskLocal static var isFurtherCall = false

    public let name: String
    public let configuration: Configuration
    @usableFromInline
    let budget: RetryBudget?
    private let decide: @Sendable (any Error) -> Decision
    private let events: ResilienceEvents
    private let time: TimeSource
    private let random: RandomSource

    public init(
        _ name: String = "retry", _ configuration: Configuration = .init(), budget: RetryBudget? = nil,
        deciding decide: @escaping @Sendable (any Error) -> Decision = Retry.standardDecision,
        events: ResilienceEvents = .shared, clock: any Clock<Duration> = ContinuousClock(), seed: UInt64? = nil
    ) {
        self.name = name
        self.configuration = trusting { () throws(InvalidLimit) in try configuration.validated() }
        self.budget = budget
        self.decide = decide
        self.events = events
        time = TimeSource(clock)
        random = RandomSource(seed: seed)
    }

    /// A retry in the shortest words.
    public init(
        maxAttempts: Int, delay: Duration = .seconds(1), maxDelay: Duration? = nil, jitter: Jitter = .full,
        deadline: Duration? = nil, budget: RetryBudget? = nil, clock: any Clock<Duration> = ContinuousClock()
    ) {
        let configuration = Configuration(
            maxAttempts: maxAttempts, delay: delay, maxDelay: maxDelay ?? max(delay, .seconds(60)), jitter: jitter,
            deadline: deadline)
        self.init("retry", configuration, budget: budget, clock: clock)
    }

    /// What the ``ErrorClassifier`` recommends.
    @Sendable
    public static func standardDecision(_ error: any Error) -> Decision { ErrorClassifier.current.decision(on: error) }

    @inlinable
    @inline(__always)
    public func execute<Value>(_ operation: () async throws -> Value) async throws -> Value {
        guard let budget else { return try await attempts(of: operation) }
        return try await budget.counting { try await attempts(of: operation) }
    }

    @inlinable
    @inline(__always)
    func attempts<Value>(of operation: () async throws -> Value) async throws -> Value {
        if let limit = configuration.deadline {
            return try await execute(within: limit, operation)
        }
        do {
            return try await operation()
        } catch {
            return try await retry(after: error, until: nil, operation)
        }
    }

    /// Retries returned values too, as long as `isTransient` says so; the last value is returned.
    ///
    /// ```swift
    /// try await retry.execute(while: { $0.status == 503 }) { try await http.get(url) }
    /// ```
    public func execute<Value>(
        while isTransient: (Value) -> Bool, _ operation: () async throws -> Value
    ) async throws -> Value {
        var last: Value?
        do {
            return try await execute {
                last = nil
                let value = try await operation()
                guard isTransient(value) else { return value }
                last = value
                throw TransientValue()
            }
        } catch let error as TransientValue {
            guard let value = last else { throw error }
            return value
        }
    }

    @inlinable
    public func callAsFunction<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try await execute(operation)
    }

    @usableFromInline
    func execute<Value>(
        within limit: Duration, _ operation: () async throws -> Value
    ) async throws -> Value {
        let deadline = Deadline.tightest(TimeSpan(bounding: limit), on: time, cuttingOff: false)
        return try await Deadline.$current.withValue(deadline) {
            do {
                return try await operation()
            } catch {
                return try await retry(after: error, until: deadline, operation)
            }
        }
    }

    @usableFromInline
    func retry<Value>(
        after first: any Error, until deadline: Deadline?, _ operation: () async throws -> Value
    ) async throws -> Value {
        var error = first
        var backoff = BackoffStateMachine(configuration.machine, attempts: 1)
        while true {
            let wait: TimeSpan
            switch next(after: error, &backoff) {
            case .failure(let stop):
                events.publish(
                    name, .retryGaveUp(attempts: backoff.attempts, reason: stop.reason, cause: error))
                throw error
            case .success(let span): wait = span
            }
            let cause = error
            events.publish(
                name, .retryScheduled(attempt: backoff.attempts, after: wait.duration, cause: cause))
            try await time.sleep(for: wait)
            do {
                return try await Self.$isFurtherCall.withValue(true) { try await operation() }
            } catch let next {
                error = next
            }
        }
    }

    private struct Stop: Error {
        let reason: StopReason
    }

    /// The wait before the next attempt, which is counted, or why there is none.
    private func next(after error: any Error, _ backoff: inout BackoffStateMachine) -> Result<TimeSpan, Stop> {
        guard !endsTheCall(error) else { return .failure(Stop(reason: .decision)) }
        guard backoff.attempts < configuration.maxAttempts else { return .failure(Stop(reason: .attempts)) }
        guard !Self.isFurtherCall else { return .failure(Stop(reason: .nested)) }
        let decision = error is TransientValue ? .retry : decide(error)
        var wait = random.draw { backoff.next(using: &$0) }
        switch decision {
        case .stop: return .failure(Stop(reason: .decision))
        case .retry: break
        case .retryAfter(let asked):
            guard asked <= configuration.maxDelay else { return .failure(Stop(reason: .retryAfterTooLong)) }
            wait = max(wait, TimeSpan(bounding: asked))
        }
        if let remaining = Deadline.remainingSpan, wait >= remaining { return .failure(Stop(reason: .deadline)) }
        guard budget?.takeRetry() ?? true else { return .failure(Stop(reason: .budget)) }
        return .success(wait)
    }
}

/// Carries a returned value through the loop that handles errors.
struct TransientValue: Error {}
