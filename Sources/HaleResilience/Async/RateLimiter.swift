import HaleModel
import Synchronization

/// Lets so many calls through in a stretch of time: a token bucket.
///
/// ```swift
/// let limiter = RateLimiter(10, per: .seconds(1), maxWait: .seconds(2))
/// let reply = try await limiter { try await model.complete(prompt) }
/// ```
///
/// A call that finds no token waits for one, in the order of arrival, if that takes at most `maxWait`; otherwise it is
/// rejected at once with the time after which it would have been let through. A cancelled waiter gives its token back.
public final class RateLimiter: ResiliencePolicy {
    public typealias Placement = WithinRetry

    public let name: String
    private let machine: RateLimiterStateMachine
    private let fullAt: Atomic<Int64>
    private let maxWait: TimeSpan
    private let time: TimeSource
    private let events: ResilienceEvents

    /// - Parameters:
    ///   - calls: how many, 1 to 1,000,000.
    ///   - period: in what time, over 0.
    ///   - burst: how many may come at once after a quiet time. Default: `calls`.
    ///   - maxWait: how long a call may wait. Default 0: it is rejected.
    public init(
        _ calls: Int, per period: Duration, burst: Int? = nil, maxWait: Duration = .zero, name: String = "rate limiter",
        events: ResilienceEvents = .shared, clock: any Clock<Duration> = ContinuousClock()
    ) {
        let burst = burst ?? calls
        trusting { () throws(InvalidLimit) in try Self.check(calls, period, burst) }
        self.name = name
        self.maxWait = TimeSpan(bounding: maxWait)
        self.events = events
        time = TimeSource(clock)
        machine = RateLimiterStateMachine(interval: TimeSpan(bounding: period / calls), burst: burst)
        fullAt = Atomic(machine.fullAt.nanoseconds)
    }

    /// Limits that come from outside, checked.
    public static func validating(
        _ calls: Int, per period: Duration, burst: Int? = nil, maxWait: Duration = .zero, name: String = "rate limiter"
    ) throws(InvalidLimit) -> RateLimiter {
        try check(calls, period, burst ?? calls)
        return RateLimiter(calls, per: period, burst: burst, maxWait: maxWait, name: name)
    }

    private static func check(_ calls: Int, _ period: Duration, _ burst: Int) throws(InvalidLimit) {
        try InvalidLimit.check("calls", calls, (1...1_000_000).contains(calls), "1 to 1,000,000")
        try InvalidLimit.check("burst", burst, (1...1_000_000).contains(burst), "1 to 1,000,000")
        try InvalidLimit.check(
            "period", period, period >= .microseconds(calls) && period <= .seconds(366 * 86_400),
            "at least 1 µs per call, at most a year")
    }

    @inlinable
    public func execute<Value>(_ operation: () async throws -> Value) async throws -> Value {
        if !tryTake() { try await acquire() }
        return try await operation()
    }

    @inlinable
    public func callAsFunction<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try await execute(operation)
    }

    /// Like ``execute(_:)`` without waiting; `nil` if there is no token.
    @inlinable
    @discardableResult
    public func attempt<Value>(_ operation: () async throws -> Value) async rethrows -> Value? {
        guard tryTake() else { return nil }
        return try await operation()
    }

    /// Calls that would be let through at this moment.
    public var available: Int { machine(holding: fullAt.load(ordering: .relaxed)).available(at: time.now) }

    @usableFromInline
    func tryTake() -> Bool {
        if case .go = take(waitingAtMost: .zero) { return true }
        return false
    }

    @usableFromInline
    func acquire() async throws {
        switch take(waitingAtMost: min(maxWait, Deadline.remainingSpan ?? maxWait)) {
        case .go(let wait):
            guard wait > .zero else { return }
            do {
                try await time.sleep(for: wait)
            } catch {
                fullAt.subtract(machine.interval.nanoseconds, ordering: .relaxed)
                throw error
            }
        case .reject(let retryAfter):
            events.publish(name, .rateLimited(retryAfter: retryAfter.duration))
            throw RateLimitedError(limiter: name, retryAfter: retryAfter.duration)
        }
    }

    private func take(waitingAtMost limit: TimeSpan) -> RateLimiterStateMachine.Decision {
        let now = time.now
        var seen = fullAt.load(ordering: .relaxed)
        while true {
            var next = machine(holding: seen)
            let decision = next.take(at: now, waitingAtMost: limit)
            guard case .go = decision else { return decision }
            let (exchanged, original) = fullAt.weakCompareExchange(
                expected: seen, desired: next.fullAt.nanoseconds, ordering: .relaxed)
            if exchanged { return decision }
            seen = original
        }
    }

    private func machine(holding fullAt: Int64) -> RateLimiterStateMachine {
        var machine = machine
        machine.fullAt = Instant(nanoseconds: fullAt)
        return machine
    }
}
