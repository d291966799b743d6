import HaleResilience
import Testing

struct RetryTests {
    let clock = ManualClock()
    let events = ResilienceEvents()

    func retry(
        _ configuration: Retry.Configuration = .init(jitter: .none), budget: RetryBudget? = nil,
        deciding decide: @escaping @Sendable (any Error) -> Retry.Decision = Retry.standardDecision
    ) -> Retry {
        Retry("r", configuration, budget: budget, deciding: decide, events: events, clock: clock, seed: 1)
    }

    /// Runs the retry in a task and lets each wait pass, noting its length.
    func waits<P: ResiliencePolicy>(_ policy: P, _ operation: @escaping @Sendable () async throws -> Int) async -> (
        waits: [Duration], result: Result<Int, any Error>
    ) {
        let done = Counter()
        let task = Task {
            let result = await policy.result(of: operation)
            done.next()
            return result
        }
        var waits: [Duration] = []
        while done.value == 0 {
            guard await eventually({ clock.nextWake != nil || done.value == 1 }), let wait = clock.nextWake else {
                continue
            }
            waits.append(wait)
            clock.advance(by: wait)
        }
        return (waits, await task.value)
    }

    @Test(arguments: [
        (3, 0, [Duration]()), (3, 1, [.seconds(1)]), (3, 2, [.seconds(1), .seconds(2)]),
        (3, 9, [.seconds(1), .seconds(2)]), (1, 9, []),
        (10, 99, [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) }),
    ])
    func `waits and attempts`(maxAttempts: Int, failures: Int, expected: [Duration]) async throws {
        let calls = Counter()
        let (waits, result) = await waits(retry(.init(maxAttempts: maxAttempts, jitter: .none))) {
            let call = calls.next()
            if call <= failures { throw Broken(number: call) }
            return call
        }
        #expect(waits == expected)
        #expect(calls.value == expected.count + 1)
        switch result {
        case .success(let call): #expect(call == failures + 1)
        case .failure(let error): #expect(error as? Broken == Broken(number: maxAttempts))
        }
    }

    @Test func `jitter stays within its kind`() async throws {
        for (jitter, low) in [(Retry.Jitter.full, Duration.zero), (.equal, .seconds(0.5))] {
            let (waits, _) = await waits(retry(.init(maxAttempts: 2, jitter: jitter))) { throw Broken() }
            #expect(waits.allSatisfy { $0 >= low && $0 <= .seconds(1) })
        }
    }

    @Test func `only what may pass is tried again`() async throws {
        struct Wrong: ErrorTraits { var category: ErrorCategory? { .validation } }
        for error in [Wrong(), CancellationError(), CircuitOpenError(breaker: "b", remaining: nil, lastCause: nil)]
            as [any Error]
        {
            let calls = Counter()
            let (waits, _) = await waits(retry()) {
                calls.next()
                throw error
            }
            #expect(waits.isEmpty)
            #expect(calls.value == 1)
        }
    }

    @Test func `waits as long as the server asks, unless that is too long`() async throws {
        struct Busy: ErrorTraits {
            let retryAfter: Duration?
            var httpStatus: Int? { 503 }
        }
        let (waits, _) = await waits(retry()) { throw Busy(retryAfter: .seconds(7)) }
        #expect(waits == [.seconds(7), .seconds(7)])
        let (none, result) = await self.waits(retry()) { throw Busy(retryAfter: .seconds(3_600)) }
        #expect(none.isEmpty)
        #expect(throws: Busy.self) { try result.get() }
    }

    @Test func `begins no wait that its deadline would cut off`() async throws {
        let (waits, result) = await waits(retry(.init(maxAttempts: 10, jitter: .none, deadline: .seconds(5)))) {
            throw Broken()
        }
        #expect(waits == [.seconds(1), .seconds(2)])  // the third would end at 7 s
        #expect(throws: Broken.self) { try result.get() }
    }

    @Test func `begins no wait that an outer time-out would cut off`() async throws {
        let calls = Counter()
        let retry = retry(.init(maxAttempts: 10, delay: .seconds(5), jitter: .none))
        let policy = Policy {
            Timeout(.seconds(4), clock: clock)
            retry
        }
        await #expect(throws: Broken.self) {
            try await policy {
                calls.next()
                throw Broken()
            }
        }
        #expect(calls.value == 1)
    }

    @Test func `a budget bounds retries to a part of the calls`() async throws {
        let budget = RetryBudget(ratio: 0.1, reserve: 5)
        let calls = Counter()
        let retry = retry(.init(maxAttempts: 3, delay: .zero, jitter: .none), budget: budget)
        for _ in 0..<1_000 {
            _ = await retry.result {
                calls.next()
                throw Broken()
            }
        }
        #expect(calls.value == 1_000 + 100 + 5)
        #expect(budget.available == 0)
    }

    @Test func `a call pays once into a budget, however many policies share it`() async throws {
        let shared = RetryBudget(ratio: 0.5, reserve: 0)
        let other = RetryBudget(ratio: 0.5, reserve: 0)
        let configuration = Retry.Configuration(maxAttempts: 10, delay: .zero, jitter: .none)
        let (retry, inner) = (retry(configuration, budget: shared), self.retry(configuration, budget: other))
        let hedge = Hedge(after: .seconds(5), budget: shared, events: events, clock: clock)
        let calls = Counter()
        let nested = Policy {
            retry; inner; retry; hedge
        }
        for _ in 0..<50 { _ = try await nested { calls.next() } }
        #expect(shared.available == 25 && other.available == 25)
        let failing = Policy {
            retry; retry; hedge
        }
        let failed = Counter()
        for _ in 0..<1_000 {
            _ = await failing.result(of: {
                failed.next()
                throw Broken()
            })
        }
        #expect(failed.value == 1_000 + 25 + 500)
        try await retry { try await withoutDeadline { for _ in 0..<9 { try await hedge {} } } }
        #expect(shared.available == 5)  // its own call, and nine that stand for themselves
    }

    @Test func `what a quiet time saved up may be spent at once`() async throws {
        let budget = RetryBudget(ratio: 0.1, reserve: 10)
        let retry = retry(.init(maxAttempts: 2, delay: .zero, jitter: .none), budget: budget)
        for _ in 0..<1_000 { try await retry {} }
        #expect(budget.available == 10 + 10)  // the reserve and a hundred calls' worth
    }

    @Test func `nested retries add up and never multiply`() async throws {
        let calls = Counter()
        let retry = retry(.init(maxAttempts: 3, delay: .zero, jitter: .none))
        _ = await retry.result {
            try await retry {
                try await retry {
                    calls.next()
                    throw Broken()
                }
            }
        }
        #expect(calls.value == 3 + 2 + 2)
    }

    @Test func `a cancelled caller leaves its wait at once`() async throws {
        let task = Task { try await retry().execute { throw Broken() } }
        await clock.sleepers(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await clock.sleepers(0)
    }

    @Test func `a caller cancelled during an attempt gets no further one`() async throws {
        let gate = Gate()
        let calls = Counter()
        let task = Task {
            try await retry().execute {
                calls.next()
                do { try await gate.pass() } catch { throw Broken() }
            }
        }
        await gate.arrivals(1)
        task.cancel()
        await #expect(throws: Broken.self) { try await task.value }
        #expect(calls.value == 1)
    }

    @Test func `returned values can be tried again`() async throws {
        let calls = Counter()
        let status = try await retry(.init(delay: .zero, jitter: .none)).execute(while: { $0 == 503 }) {
            calls.next() < 3 ? 503 : 200
        }
        #expect(status == 200)
        #expect(try await retry(.init(delay: .zero, jitter: .none)).execute(while: { $0 == 503 }) { 503 } == 503)
    }

    @Test func `the same seed waits the same`() async throws {
        var lengths: [[Duration]] = []
        for _ in 0..<2 {
            lengths.append(await waits(retry(.init(maxAttempts: 5))) { throw Broken() }.waits)
        }
        #expect(lengths[0] == lengths[1])
    }

    @Test(arguments: [
        (Retry.Configuration(maxAttempts: 0), "maxAttempts is 0, expected 1 to 10"),
        (.init(maxAttempts: 11), "maxAttempts is 11, expected 1 to 10"),
        (.init(factor: 0.5), "factor is 0.5, expected 1 to 10"),
        (.init(delay: .seconds(90)), "maxDelay is 60.0 seconds, expected at least delay, 90.0 seconds"),
    ])
    func `limits from outside are refused with a reason`(configuration: Retry.Configuration, text: String) {
        let error = #expect(throws: InvalidLimit.self) { try configuration.validated() }
        #expect(error?.description == text)
    }
}
