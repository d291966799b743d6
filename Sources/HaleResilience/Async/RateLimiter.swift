import HaleModel
import Synchronization

/// Lets so many calls through in a stretch of time: a token bucket.
///
/// ```swift
/// let limiter = RateLimiter(10, per: .seconds(1), maxWait: .seconds(2))
/// let page = try await limiter { try await http.get(url) }
/// ```
///
/// A call that finds no token waits for one, in the order of arrival, if that takes at most `maxWait`; otherwise it is
/// rejected at once with the time after which it would have been let through. A token is taken when its call goes: a
/// cancelled waiter leaves nothing behind, and those after it move up. One whose turn moves beyond its `maxWait`, because
/// the machine slept, is rejected when it has come first.
///
/// One token comes back each `period / calls`, rounded up to whole nanoseconds, and up to `burst` are saved up. So after a
/// quiet time one period lets `burst + calls - 1` through: 19 of `RateLimiter(10, per: .seconds(1))`, 10 with `burst: 1`.
/// Waiters who woke late add at most the tokens of 50 ms.
public final class RateLimiter: ResiliencePolicy {
    public typealias Placement = WithinRetry

    private struct Line {
        var machine: RateLimiterStateMachine
        /// Those in the queue who are not its first.
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    public let name: String
    private let line: Mutex<Line>
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
        let interval = TimeSpan(bounding: (period - .init(secondsComponent: 0, attosecondsComponent: 1)) / calls)
        line = Mutex(Line(machine: RateLimiterStateMachine(interval: interval + .nanoseconds(1), burst: burst)))
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
        try InvalidLimit.check(
            "burst", burst, period / calls * burst <= .longest, "at most what comes back in 100 years")
    }

    @inlinable
    @inline(__always)
    public func execute<Value>(_ operation: () async throws -> Value) async throws -> Value {
        if !tryTake() { try await acquire() }
        return try await operation()
    }

    @inlinable
    public func callAsFunction<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try await execute(operation)
    }

    /// Like ``execute(_:)`` without waiting; `nil` if there is no token, or others wait for it.
    @inlinable
    @discardableResult
    public func attempt<Value>(_ operation: () async throws -> Value) async rethrows -> Value? {
        guard tryTake() else { return nil }
        return try await operation()
    }

    /// Calls that would be let through at this moment.
    public var available: Int { line.withLock { $0.machine.available(at: time.now) } }

    /// Calls that wait for a token.
    public var waiting: Int { line.withLock { $0.machine.queue.count } }

    @usableFromInline
    func tryTake() -> Bool { enter(at: time.now, waitingAtMost: .zero) == .go }

    @usableFromInline
    func acquire() async throws {
        let limit = min(maxWait, Deadline.remainingSpan ?? maxWait)
        let now = time.now
        switch enter(at: now, waitingAtMost: limit) {
        case .go: return
        case .queued(let waiter): try await takeTurn(as: waiter, by: now + limit)
        case .rejected(let retryAfter): throw rejection(retryAfter: retryAfter)
        }
    }

    private func rejection(retryAfter: TimeSpan) -> RateLimitedError {
        events.publish(name, .rateLimited(retryAfter: retryAfter.duration))
        return RateLimitedError(limiter: name, retryAfter: retryAfter.duration)
    }

    private func enter(at now: Instant, waitingAtMost limit: TimeSpan) -> RateLimiterStateMachine.Entry {
        line.withLock { $0.machine.enter(at: now, waitingAtMost: limit) }
    }

    /// A clock may wake its sleepers early, or be set back: whose turn it is, the machine says.
    private func takeTurn(as waiter: UInt64, by latest: Instant) async throws {
        do {
            await comeFirst(waiter)
            try Task.checkCancellation()
            let turn = line.withLock { $0.machine.turn }
            guard turn <= latest else { throw rejection(retryAfter: max(turn - time.now, .zero)) }
            repeat { try await time.sleep(until: turn) } while !goFirst()
        } catch {
            leave { $0.giveUp(waiter) }
            throw error
        }
    }

    private func goFirst() -> Bool {
        let now = time.now
        return leave { machine in
            guard now >= machine.turn else { return false }
            machine.goFirst(at: now)
            return true
        }
    }

    /// Returns when the waiter is the first of the queue, or cancelled.
    private func comeFirst(_ waiter: UInt64) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A cancellation that comes later finds the waiter here.
                let mayPass = line.withLock { line in
                    guard line.machine.queue.first != waiter, !Task.isCancelled else { return true }
                    line.waiters[waiter] = continuation
                    return false
                }
                if mayPass { continuation.resume() }
            }
        } onCancel: {
            line.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }

    /// Takes a waiter out of the queue, and lets whoever is first then know.
    private func leave<Value>(_ change: (inout RateLimiterStateMachine) -> Value) -> Value {
        let (value, first) = line.withLock { line in
            (change(&line.machine), line.machine.queue.first.flatMap { line.waiters.removeValue(forKey: $0) })
        }
        first?.resume()
        return value
    }
}
