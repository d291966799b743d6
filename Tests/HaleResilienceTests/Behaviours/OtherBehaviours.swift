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
        let limiter = RateLimiter(3, per: .seconds(1), events: .init(), clock: clock)
        for _ in 0..<2 {
            for _ in 0..<3 { #expect(await limiter.attempt { true } == true) }
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
}
