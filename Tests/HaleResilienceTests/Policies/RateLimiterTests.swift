import HaleResilience
import Testing

struct RateLimiterTests {
    let clock = ManualClock()

    func limiter(_ calls: Int, burst: Int? = nil, wait: Duration = .zero) -> RateLimiter {
        RateLimiter(calls, per: .seconds(1), burst: burst, maxWait: wait, events: ResilienceEvents(), clock: clock)
    }

    @Test func `lets the burst through, then one per interval`() async throws {
        let limiter = limiter(4, burst: 2)
        #expect(limiter.available == 2)
        #expect(await limiter.attempt { 1 } == 1)
        #expect(await limiter.attempt { 2 } == 2)
        let error = await #expect(throws: RateLimitedError.self) { try await limiter { 3 } }
        #expect(error?.retryAfter == .milliseconds(250))
        clock.advance(by: .milliseconds(249))
        #expect(await limiter.attempt { 3 } == nil)
        clock.advance(by: .milliseconds(1))
        #expect(try await limiter { 3 } == 3)
    }

    @Test func `waits in order for the next token`() async throws {
        let limiter = limiter(2, burst: 1, wait: .seconds(1))
        try await limiter {}
        let first = Task { try await limiter { clock.now } }
        #expect(await eventually { limiter.waiting == 1 })
        let second = Task { try await limiter { clock.now } }
        #expect(await eventually { limiter.waiting == 2 })
        let error = await #expect(throws: RateLimitedError.self) { try await limiter {} }
        #expect(error?.retryAfter == .milliseconds(1_500))
        let begin = clock.now
        await clock.sleepers(1)
        clock.advance(by: .milliseconds(500))
        #expect(begin.duration(to: try await first.value) == .milliseconds(500))
        await clock.sleepers(1)
        clock.advance(by: .milliseconds(500))
        #expect(begin.duration(to: try await second.value) == .seconds(1))
    }

    @Test func `a cancelled waiter leaves its token`() async throws {
        let limiter = limiter(1, burst: 1, wait: .seconds(5))
        try await limiter {}
        let waiting = Task { try await limiter {} }
        await clock.sleepers(1)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(limiter.waiting == 0)
        clock.advance(by: .seconds(1))
        #expect(limiter.available == 1)
        #expect(await limiter.attempt { 1 } == 1)
    }

    @Test func `cancelled waiters move the others up, and never let them exceed the rate`() async throws {
        let limiter = limiter(1, burst: 1, wait: .seconds(10))
        let passed = RollbackTests.Journal()
        var tasks: [Int: Task<Void, any Error>] = [:]
        func queue(_ number: Int, behind: Int) async {
            tasks[number] = Task { try await limiter { passed.write("\(number)") } }
            #expect(await eventually { limiter.waiting == behind + 1 })
        }
        try await limiter {}
        for number in 1...4 { await queue(number, behind: number - 1) }
        for number in [1, 3] {
            tasks[number]?.cancel()
            await #expect(throws: CancellationError.self) { try await tasks[number]?.value }
        }
        for number in 5...6 { await queue(number, behind: number - 3) }
        for expected in [["2"], ["2", "4"], ["2", "4", "5"], ["2", "4", "5", "6"]] {
            await clock.sleepers(1)
            #expect(clock.nextWake == .seconds(1))
            clock.advance(by: .seconds(1))
            #expect(await eventually { passed.all.count >= expected.count })
            #expect(passed.all == expected)
        }
        #expect(limiter.waiting == 0)
    }

    @Test func `a waiter that wakes late keeps nobody else waiting`() async throws {
        let limiter = limiter(10, burst: 1, wait: .seconds(1))
        try await limiter {}
        let first = Task { try await limiter {} }
        #expect(await eventually { limiter.waiting == 1 })
        let second = Task { try await limiter {} }
        #expect(await eventually { limiter.waiting == 2 })
        await clock.sleepers(1)
        clock.advance(by: .milliseconds(140))
        try await first.value
        await clock.sleepers(1)
        #expect(clock.nextWake == .milliseconds(60))
        clock.advance(by: .milliseconds(60))
        try await second.value
    }

    @Test func `a waiter whose turn moves beyond its longest wait is rejected`() async throws {
        let limiter = limiter(10, burst: 1, wait: .milliseconds(200))
        try await limiter {}
        let first = Task { try await limiter {} }
        #expect(await eventually { limiter.waiting == 1 })
        let second = Task { try await limiter {} }
        #expect(await eventually { limiter.waiting == 2 })
        await clock.sleepers(1)
        clock.advance(by: .milliseconds(180))  // 80 ms late, of which 50 are made up
        try await first.value
        let error = await #expect(throws: RateLimitedError.self) { try await second.value }
        #expect(error?.retryAfter == .milliseconds(50))
        #expect(limiter.waiting == 0)
    }

    /// Stands still while its first sleepers sleep, as one does that is set back meanwhile.
    final class SetBack: Clock {
        let real = ManualClock()
        let sleeps = Counter()

        var now: ManualClock.Instant { real.now }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: ManualClock.Instant, tolerance: Duration?) async throws {
            if sleeps.next() > 3 { real.advance(by: now.duration(to: deadline)) }
        }
    }

    @Test func `a clock that wakes early or is set back breaks no turn`() async throws {
        let clock = SetBack()
        let limiter = RateLimiter(
            10, per: .seconds(1), burst: 1, maxWait: .seconds(1), events: ResilienceEvents(), clock: clock)
        let begin = clock.now
        try await limiter {}
        try await limiter {}
        #expect(clock.sleeps.value == 4)
        #expect(begin.duration(to: clock.now) == .milliseconds(100))
    }

    @Test func `a rate that does not divide its period is never exceeded`() async {
        let limiter = limiter(3, burst: 1)
        #expect(await limiter.attempt { 1 } == 1)
        clock.advance(by: .nanoseconds(333_333_333))
        #expect(await limiter.attempt { 2 } == nil)
        clock.advance(by: .nanoseconds(1))
        #expect(await limiter.attempt { 2 } == 2)
    }

    @Test func `after a quiet time a period lets the burst and what comes back through`() async {
        for (burst, expected) in [(nil, 19), (1, 10), (4, 13)] {
            let limiter = limiter(10, burst: burst)
            var passed = 0
            for _ in 0..<100 {
                while await limiter.attempt({ 1 }) != nil { passed += 1 }
                clock.advance(by: .milliseconds(10))
            }
            #expect(passed == expected)
        }
    }

    @Test func `a storm of waiters and cancellations leaves nobody behind`() async throws {
        let limiter = RateLimiter(100_000, per: .seconds(1), burst: 1, maxWait: .seconds(60), events: .init())
        let begin = ContinuousClock.now
        let passed = Counter()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<12 {
                group.addTask {
                    for round in 0..<100 {
                        let call = Task { try await limiter { passed.next() } }
                        if (task + round) % 3 == 0 { call.cancel() }
                        _ = await call.result
                    }
                }
            }
        }
        #expect(limiter.waiting == 0)
        #expect(passed.value >= 800)
        #expect(Double(passed.value - 1) <= 100_000 * (begin.duration(to: .now) / .seconds(1)))
    }

    @Test func `does not wait beyond the deadline`() async throws {
        let limiter = limiter(1, burst: 1, wait: .seconds(5))
        try await limiter {}
        await #expect(throws: RateLimitedError.self) {
            try await Retry("r", .init(maxAttempts: 1, deadline: .milliseconds(500)), clock: clock) {
                try await limiter {}
            }
        }
    }

    @Test func `many tasks share exactly the burst`() async throws {
        let limiter = limiter(1_000_000, burst: 500)
        let passed = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask { for _ in 0..<500 { await limiter.attempt { passed.next() } } }
            }
        }
        #expect(passed.value == 500)
    }

    @Test func `limits from outside are refused with a reason`() {
        #expect(throws: InvalidLimit.self) { try RateLimiter.validating(0, per: .seconds(1)) }
        #expect(throws: InvalidLimit.self) { try RateLimiter.validating(10, per: .zero) }
        #expect(throws: InvalidLimit.self) { try RateLimiter.validating(1, per: .seconds(1), burst: 0) }
        #expect(throws: InvalidLimit.self) { try RateLimiter.validating(1, per: .seconds(Int64.max)) }
        let error = #expect(throws: InvalidLimit.self) {
            try RateLimiter.validating(1, per: .seconds(86_400), burst: 1_000_000)
        }
        #expect(error?.description == "burst is 1000000, expected at most what comes back in 100 years")
    }
}
