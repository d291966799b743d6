import HaleResilience
import Testing

/// What the test suites of resilience4j (R) and Polly (P) ask of retry, bulkhead, rate limiter and time limiter, where
/// the tests of each policy do not ask it already.
struct OtherBehaviours {
    let clock = ManualClock()

    func retry(
        _ attempts: Int, deciding decide: @escaping @Sendable (any Error) -> Retry.Decision = Retry.standardDecision
    )
        -> Retry
    {
        Retry(
            "r", .init(maxAttempts: attempts, delay: .zero, jitter: .none), deciding: decide, events: .init(),
            clock: clock)
    }

    @Test(arguments: [(1, 1), (2, 2), (5, 5)]) func `R, P: as many attempts as allowed`(limit: Int, calls: Int) async {
        let count = Counter()
        _ = await retry(limit).result {
            count.next()
            throw Broken()
        }
        #expect(count.value == calls)
    }

    @Test func `R, P: an error that is not handled is thrown at once`() async {
        let count = Counter()
        let result = await retry(5, deciding: { ($0 as? Broken)?.number == 1 ? .retry : .stop }).result {
            throw Broken(number: count.next())
        }
        #expect(throws: Broken(number: 2)) { try result.get() }
    }

    @Test func `R: a result that stays wrong is returned in the end`() async throws {
        let count = Counter()
        let value = try await retry(3).execute(while: { $0 < 100 }) { count.next() }
        #expect(value == 3)
    }

    @Test func `P: a delay that would overflow is capped`() async {
        let retry = Retry(
            "r",
            .init(
                maxAttempts: 10, delay: .seconds(36_525 * 86_400), factor: 10, maxDelay: .seconds(36_525 * 86_400),
                jitter: .none),
            events: .init(), clock: clock)
        let task = Task { await retry.result { throw Broken() } }
        await clock.sleepers(1)
        #expect(clock.nextWake == .seconds(36_525 * 86_400))
        task.cancel()
        _ = await task.value
    }

    @Test func `P: events name attempt, wait and cause`() async {
        let events = ResilienceEvents()
        let stream = events.stream()
        _ = await Retry("r", .init(maxAttempts: 2, delay: .zero, jitter: .none), events: events).result {
            throw Broken()
        }
        var seen: [String] = []
        for await event in stream {
            seen.append("\(event)")
            if seen.count == 2 { break }
        }
        #expect(seen[0].hasPrefix("r: retryScheduled(attempt: 2"))
        #expect(seen[1].hasPrefix("r: retryGaveUp(attempts: 2, reason: "))
    }

    @Test func `R: a bulkhead gives places back after success and failure alike`() async throws {
        let bulkhead = Bulkhead(maxConcurrent: 1, events: .init())
        for _ in 0..<3 {
            _ = try await bulkhead {}
            _ = await bulkhead.result { throw Broken() }
        }
        #expect(bulkhead.metrics == .init(underWay: 0, queued: 0, admitted: 6, rejected: 0))
    }

    @Test func `R, P: a bulkhead serves its queue first come, first served`() async throws {
        let bulkhead = Bulkhead(maxConcurrent: 1, maxQueued: 5, events: .init())
        let gate = Gate()
        let order = RollbackTests.Journal()
        let first = Task { try await bulkhead { try await gate.pass() } }
        await gate.arrivals(1)
        var waiting: [Task<Void, any Error>] = []
        for number in 1...5 {
            waiting.append(Task { try await bulkhead { order.write("\(number)") } })
            #expect(await eventually { bulkhead.metrics.queued == number })
        }
        gate.open()
        try await first.value
        for task in waiting { try await task.value }
        #expect(order.all == ["1", "2", "3", "4", "5"])
    }

    @Test func `R: a limiter is full again after its period`() async {
        let limiter = RateLimiter(4, per: .seconds(1), events: .init(), clock: clock)
        for _ in 0..<2 {
            for _ in 0..<4 { #expect(await limiter.attempt { true } == true) }
            #expect(await limiter.attempt { true } == nil)
            clock.advance(by: .seconds(1))
        }
    }

    @Test func `R: a limiter saves up no more than its burst`() async {
        let limiter = RateLimiter(3, per: .seconds(1), events: .init(), clock: clock)
        clock.advance(by: .seconds(1_000))
        #expect(limiter.available == 3)
    }

    @Test func `R: a wait longer than allowed is refused at once and takes nothing`() async throws {
        let limiter = RateLimiter(1, per: .seconds(10), maxWait: .seconds(5), events: .init(), clock: clock)
        try await limiter {}
        for _ in 0..<3 {
            let error = await #expect(throws: RateLimitedError.self) { try await limiter {} }
            #expect(error?.retryAfter == .seconds(10))
        }
        clock.advance(by: .seconds(10))
        try await limiter {}
    }

    @Test func `R, P: a time limiter passes results and errors on`() async throws {
        let timeout = Timeout(.seconds(1), events: .init(), clock: clock)
        #expect(try await timeout { 1 } == 1)
        await #expect(throws: Broken.self) { try await timeout { throw Broken() } }
    }

    @Test func `P: a caller cancelled beforehand runs nothing`() async {
        let timeout = Timeout(.seconds(1), events: .init(), clock: clock)
        let calls = Counter()
        let gate = Gate()
        let task = Task {
            try? await gate.pass()
            return try await timeout { calls.next() }
        }
        await gate.arrivals(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(calls.value == 0)
    }

    // MARK: Retry

    @Test func `R: each call has its own attempts`() async throws {
        let retry = retry(3)
        let count = Counter()
        for expected in [2, 4, 6] {
            let value = try await retry {
                let call = count.next()
                if call % 2 == 1 { throw Broken() }
                return call
            }
            #expect(value == expected)
        }
    }

    @Test func `R: errors and wrong values share the attempts`() async {
        let count = Counter()
        let retry = retry(3)
        await #expect(throws: Broken(number: 3)) {
            try await retry.execute(while: { $0 == "wrong" }) {
                let call = count.next()
                if call != 2 { throw Broken(number: call) }
                return "wrong"
            }
        }
        #expect(count.value == 3)
    }

    @Test func `R: a value that is right is no reason to try again`() async throws {
        let count = Counter()
        #expect(try await retry(3).execute(while: { $0 > 1 }) { count.next() } == 1)
        #expect(count.value == 1)
    }

    @Test func `P: a factor of one waits the same each time`() async {
        let retry = Retry(
            "r", .init(maxAttempts: 4, delay: .milliseconds(120), factor: 1, jitter: .none), events: .init(),
            clock: clock)
        let task = Task { await retry.result { throw Broken() } }
        for _ in 1...3 {
            await clock.sleepers(1)
            #expect(clock.nextWake == .milliseconds(120))
            clock.advance(by: .milliseconds(120))
        }
        _ = await task.value
    }

    @Test(arguments: [Retry.Jitter.full, .equal, .none])
    func `P: no wait is longer than the longest, whatever the jitter`(jitter: Retry.Jitter) async {
        let events = ResilienceEvents()
        let stream = events.stream()
        let retry = Retry(
            "r",
            .init(maxAttempts: 10, delay: .nanoseconds(2), factor: 10, maxDelay: .microseconds(30), jitter: jitter),
            events: events)
        _ = await retry.result { throw Broken() }
        for await event in stream {
            guard case .retryScheduled(_, let wait, _) = event.kind else { break }
            #expect(wait >= .zero && wait <= .microseconds(30))
        }
    }

    @Test func `P: cancelled while it is told of the retry, there is no further attempt`() async {
        let gate = Gate()
        let count = Counter()
        let retry = retry(
            5,
            deciding: { _ in
                withUnsafeCurrentTask { $0?.cancel() }
                return .retry
            })
        let task = Task {
            try await retry {
                count.next()
                throw Broken()
            }
        }
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(count.value == 1)
    }

    @Test func `R: a budget that is used up comes back with the calls that pay for it`() async {
        let budget = RetryBudget(ratio: 0.5, reserve: 0)
        let retry = Retry("r", .init(maxAttempts: 2, delay: .zero, jitter: .none), budget: budget, events: .init())
        var attempts: [Int] = []
        for _ in 1...6 {
            let count = Counter()
            // Used up, it is still the operation's own error that is thrown.
            await #expect(throws: Broken.self) {
                try await retry {
                    count.next()
                    throw Broken()
                }
            }
            attempts.append(count.value)
        }
        #expect(attempts == [1, 2, 1, 2, 1, 2])
    }

    // MARK: Bulkhead

    @Test func `R: places are counted down and up`() async throws {
        let bulkhead = Bulkhead(maxConcurrent: 2, events: .init())
        let seen = try await bulkhead {
            try await bulkhead { [bulkhead.metrics, await bulkhead.attempt { bulkhead.metrics }] }
        }
        #expect(seen == [.init(underWay: 2, queued: 0, admitted: 2, rejected: 0), nil])
        #expect(bulkhead.metrics == .init(underWay: 0, queued: 0, admitted: 2, rejected: 1))
    }

    @Test func `R: with no time to wait a queued call is refused at once`() async throws {
        let bulkhead = Bulkhead(maxConcurrent: 1, maxQueued: 1, maxWait: .zero, events: .init(), clock: clock)
        let error = try await bulkhead { await #expect(throws: BulkheadFullError.self) { try await bulkhead {} } }
        #expect(error?.reason == .waitedTooLong)
    }

    @Test func `R: refusals are events`() async throws {
        let events = ResilienceEvents()
        let stream = events.stream()
        let bulkhead = Bulkhead("b", maxConcurrent: 1, events: events)
        try await bulkhead {
            _ = await bulkhead.attempt {}
            _ = await bulkhead.result {}
        }
        var labels: [String] = []
        for await event in stream {
            labels.append(event.label)
            if labels.count == 2 { break }
        }
        #expect(labels == ["bulkhead_rejected", "bulkhead_rejected"])
    }

    // MARK: Rate limiter

    @Test func `R: places ahead are given as far as the longest wait reaches`() async throws {
        // Three per 30 ms; who comes when they are gone may wait 15 ms: one.
        let limiter = RateLimiter(3, per: .milliseconds(30), maxWait: .milliseconds(15), events: .init(), clock: clock)
        for _ in 1...3 { try await limiter {} }
        let fourth = Task { try await limiter {} }
        #expect(await eventually { limiter.waiting == 1 })
        let error = await #expect(throws: RateLimitedError.self) { try await limiter {} }
        #expect(error?.retryAfter == .milliseconds(20))
        await clock.sleepers(1)
        clock.advance(by: .milliseconds(10))
        try await fourth.value
        #expect(limiter.available == 0)
    }

    @Test func `R: quiet periods fill the bucket, and waiters of before have gone`() async throws {
        let limiter = RateLimiter(1, per: .seconds(1), maxWait: .seconds(1), events: .init(), clock: clock)
        try await limiter {}
        let waiting = Task { try await limiter {} }
        await clock.sleepers(1)
        #expect(limiter.waiting == 1 && limiter.available == 0)
        clock.advance(by: .seconds(6))
        try await waiting.value
        #expect(limiter.waiting == 0 && limiter.available == 0)
        clock.advance(by: .seconds(1))
        #expect(limiter.available == 1)
    }

    @Test(arguments: [(1, Duration.seconds(1)), (250, .milliseconds(4))])
    func `P: a refusal says when to come back`(calls: Int, wait: Duration) async throws {
        let limiter = RateLimiter(calls, per: .seconds(1), burst: 1, events: .init(), clock: clock)
        try await limiter {}
        let error = await #expect(throws: RateLimitedError.self) { try await limiter {} }
        #expect(error?.retryAfter == wait)
        clock.advance(by: wait)
        try await limiter {}
    }

    // MARK: Time limiter

    @Test func `R: a late call is one event, and one in time is none`() async throws {
        let events = ResilienceEvents()
        let stream = events.stream()
        let timeout = Timeout(.seconds(1), name: "t", events: events, clock: clock)
        try await timeout {}
        _ = await timeout.result { throw Broken() }
        let clock = clock
        _ = await timeout.result { clock.advance(by: .seconds(2)) }
        events.publish("end", .circuitClosed)
        var seen: [String] = []
        for await event in stream {
            if event.policy == "end" { break }
            seen.append("\(event)")
        }
        #expect(seen == ["t: timedOut(after: 1.0 seconds)"])
    }

    @Test func `R: a call that gives up by itself is no time-out`() async {
        let timeout = Timeout(.seconds(1), events: .init(), clock: clock)
        await #expect(throws: CancellationError.self) { try await timeout { throw CancellationError() } }
    }

    @Test func `R: an error that comes late is a time-out`() async {
        let timeout = Timeout(.seconds(1), events: .init(), clock: clock)
        let clock = clock
        await #expect(throws: TimeoutError.self) {
            try await timeout {
                clock.advance(by: .seconds(1))
                throw Broken()
            }
        }
    }

    @Test func `P: the message names the limit`() {
        #expect("\(TimeoutError(limit: .seconds(2)))" == "timeout: no result within 2.0 seconds")
    }
}
