import HaleResilience
import Testing

/// What people complain about in other libraries, one test for each: none of it is possible here.
struct Complaints {
    let clock = ManualClock()

    enum Trial: CaseIterable { case ignored, cancelled, neverReturning }

    @Test(arguments: Trial.allCases)
    func `half-open sticks after an ignored, cancelled or never-returning trial`(trial: Trial) async throws {
        struct TooEarly: ErrorTraits { var httpStatus: Int? { 425 } }
        let breaker = CircuitBreaker(
            "b", .init(trip: .failures(1), successThreshold: 1, jitter: 0), events: .init(), clock: clock)
        _ = await breaker.result { throw Broken() }
        clock.advance(by: .seconds(60))
        let gate = Gate()
        let call = Task {
            try await breaker {
                switch trial {
                case .ignored: throw TooEarly()
                case .cancelled: try await gate.pass()
                case .neverReturning: await gate.passStubbornly()
                }
            }
        }
        switch trial {
        case .ignored: _ = await call.result
        case .cancelled:
            await gate.arrivals(1)
            call.cancel()
            _ = await call.result
        case .neverReturning:
            await gate.arrivals(1)
            clock.advance(by: .seconds(60))
        }
        #expect(breaker.state == .halfOpen)
        #expect(try await breaker { 1 } == 1)
        #expect(breaker.state == .closed)
        gate.open()
        _ = await call.result
        #expect(breaker.state == .closed)
    }

    @Test func `half-open sticks because its trials outlast their limit`() async throws {
        let breaker = CircuitBreaker(
            "b", .init(trip: .failures(1), successThreshold: 2, jitter: 0), events: .init(), clock: clock)
        _ = await breaker.result { throw Broken() }
        clock.advance(by: .seconds(60))
        let gates = [Gate(), Gate()]
        var trials: [Task<Void, any Error>] = []
        for gate in gates {
            trials.append(Task { try await breaker { await gate.passStubbornly() } })
            await gate.arrivals(1)
            #expect(await breaker.result { 1 }.isRejected)
            clock.advance(by: .seconds(60))
        }
        let third = try breaker.acquire()  // the places of both are free again
        #expect(throws: CircuitOpenError.self) { _ = try breaker.acquire() }
        for (gate, trial) in zip(gates, trials) {
            gate.open()
            try await trial.value
            // The third keeps its place until the circuit closes.
            #expect(await breaker.result { 1 }.isRejected == (gate === gates[0]))
        }
        #expect(breaker.state == .closed)
        third.succeed()
    }

    @Test func `ignored errors close a breaker`() async throws {
        let breaker = CircuitBreaker(
            "b", .init(trip: .failures(2), successThreshold: 1, jitter: 0),
            judging: { $0 is Broken ? .failure : .ignored },
            events: .init(), clock: clock)
        struct Ignored: Error {}
        _ = await breaker.result { throw Broken() }
        _ = await breaker.result { throw Ignored() }  // forgets no failure while closed
        _ = await breaker.result { throw Broken() }
        #expect(breaker.state == .open(remaining: .seconds(60)))
        clock.advance(by: .seconds(60))
        for _ in 0..<5 { _ = await breaker.result { throw Ignored() } }
        #expect(breaker.state == .halfOpen)
    }

    @Test func `retries multiply load`() async {
        let calls = Counter()
        let budget = RetryBudget(ratio: 0.1, reserve: 0)
        let retry = Retry("r", .init(maxAttempts: 3, delay: .zero, jitter: .none), budget: budget, events: .init())
        for _ in 0..<1_000 {
            _ = await retry.result {
                try await retry {
                    try await retry {
                        calls.next()
                        throw Broken()
                    }
                }
            }
        }
        // Each of the 1,000 calls pays for a tenth of one, instead of 27 calls for every one.
        #expect(calls.value == 1_000 + 100)
    }

    @Test func `hedges multiply load, with retries or with each other`() async {
        let calls = Counter()
        func count<P: ResiliencePolicy>(_ policy: P) async -> Int {
            let before = calls.value
            _ = await policy.result(of: {
                calls.next()
                throw Broken()
            })
            return calls.value - before
        }
        func retry(_ attempts: Int) -> Retry {
            Retry("r", .init(maxAttempts: attempts, delay: .zero, jitter: .none), events: .init())
        }
        func hedge(_ calls: Int) -> Hedge {
            Hedge(after: .seconds(60), maxCalls: calls, events: .init(), clock: clock)
        }
        let (three, ten, two, many) = (retry(3), retry(10), hedge(2), hedge(10))
        #expect(
            await count(
                Policy {
                    three; two
                }) == 2 + 1 + 1)
        #expect(
            await count(
                Policy {
                    many; ten
                }) == 10 + 9)
        #expect(
            await count(
                Policy {
                    many; many
                }) == 10 + 9)
        #expect(
            await count(
                Policy {
                    ten; many; many; ten
                }) == 1 + 9 + 9 + 9 + 9)
    }

    @Test func `a slow server gets hedges for each attempt of a retry`() async throws {
        let gate = Gate()
        let calls = Counter()
        let retry = Retry("r", .init(maxAttempts: 2, delay: .zero, jitter: .none), events: .init())
        let hedge = Hedge(after: .seconds(1), events: .init(), clock: clock)
        let slow = Task {
            try await retry {
                if calls.next() == 1 { throw Broken() }
                return try await hedge {
                    calls.next()
                    try await gate.pass()
                }
            }
        }
        await gate.arrivals(1)
        #expect(clock.nextWake == nil)  // no timer for a second call
        gate.open()
        try await slow.value
        #expect(calls.value == 3)
    }

    @Test func `an open breaker costs an exception each time`() async throws {
        let breaker = CircuitBreaker("b", .init(trip: .failures(1), jitter: 0), events: .init(), clock: clock)
        _ = await breaker.result { throw Broken() }
        for _ in 0..<3 {
            switch try await breaker.attempt({ 1 }) {
            case .completed: Issue.record("the circuit is open")
            case .rejected(let rejection): #expect(rejection.remaining == .seconds(60))
            }
        }
    }

    @Test func `there is no way to try without throwing`() async throws {
        let breaker = CircuitBreaker("b", .init(trip: .failures(1), jitter: 0), events: .init(), clock: clock)
        let bulkhead = Bulkhead(maxConcurrent: 1, events: .init())
        let limiter = RateLimiter(1, per: .seconds(1), events: .init(), clock: clock)
        _ = await breaker.result { throw Broken() }
        let policy = Policy {
            Retry(maxAttempts: 1)
            breaker
        }
        switch await policy.result(of: { 1 }) {
        case .success: Issue.record("the circuit is open")
        case .failure(let error): #expect(error is CircuitOpenError)
        }
        #expect(
            try await policy.execute {
                1
            } orElse: { _ in
                2
            } == 2)
        #expect(await limiter.attempt { 1 } == 1)
        #expect(await limiter.attempt { 1 } == nil)
        let refused = await bulkhead.attempt { await bulkhead.attempt { 1 } == nil }
        #expect(refused == true)
    }
}

extension Result {
    fileprivate var isRejected: Bool {
        if case .failure(let error) = self { error is CircuitOpenError } else { false }
    }
}
