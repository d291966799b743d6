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
        await clock.sleepers(1)
        let second = Task { try await limiter { clock.now } }
        await clock.sleepers(2)
        let error = await #expect(throws: RateLimitedError.self) { try await limiter {} }
        #expect(error?.retryAfter == .milliseconds(1_500))
        let begin = clock.now
        clock.advance(by: .milliseconds(500))
        #expect(begin.duration(to: try await first.value) == .milliseconds(500))
        clock.advance(by: .milliseconds(500))
        #expect(begin.duration(to: try await second.value) == .seconds(1))
    }

    @Test func `a cancelled waiter gives its token back`() async throws {
        let limiter = limiter(1, burst: 1, wait: .seconds(5))
        try await limiter {}
        let waiting = Task { try await limiter {} }
        await clock.sleepers(1)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        clock.advance(by: .seconds(1))
        #expect(limiter.available == 1)
        #expect(await limiter.attempt { 1 } == 1)
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
    }
}
