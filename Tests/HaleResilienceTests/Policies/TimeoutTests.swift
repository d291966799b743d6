import HaleResilience
import Testing

struct TimeoutTests {
    let clock = ManualClock()
    func timeout(_ limit: Duration) -> Timeout { Timeout(limit, events: ResilienceEvents(), clock: clock) }

    @Test func `returns what comes in time and throws what fails in time`() async throws {
        #expect(try await timeout(.seconds(1)).execute { 4 } == 4)
        await #expect(throws: Broken.self) { try await timeout(.seconds(1)).execute { throw Broken() } }
        await clock.sleepers(0)
    }

    @Test func `cancels what is late`() async throws {
        let gate = Gate()
        let cancelled = Counter()
        let task = Task {
            try await timeout(.seconds(2)).execute {
                do { try await gate.pass() } catch {
                    cancelled.next()
                    throw error
                }
            }
        }
        await gate.arrivals(1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(2))
        let error = await #expect(throws: TimeoutError.self) { try await task.value }
        #expect(error?.limit == .seconds(2))
        #expect(cancelled.value == 1)
    }

    @Test func `the limit reaches an operation that never suspends`() async throws {
        let begin = ContinuousClock.now
        await #expect(throws: TimeoutError.self) {
            try await Timeout(.milliseconds(50), events: .init()).execute {
                while !Task.isCancelled, ContinuousClock.now < begin.advanced(by: .seconds(300)) {}
            }
        }
        #expect(begin.duration(to: .now) < .seconds(300), "it did not end by itself")
    }

    @Test func `what never suspends and comes late is not returned`() async throws {
        let clock = clock
        let error = await #expect(throws: TimeoutError.self) {
            try await timeout(.seconds(2)).execute { clock.advance(by: .seconds(3)) }
        }
        #expect(error?.limit == .seconds(2))
    }

    @Test func `what comes late is not returned, because it may be half of an answer`() async throws {
        let gate = Gate()
        let task = Task {
            try await timeout(.seconds(2)).execute {
                await gate.passStubbornly()
                return 9
            }
        }
        await gate.arrivals(1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(2))
        await clock.sleepers(0)
        gate.open()
        await #expect(throws: TimeoutError.self) { try await task.value }
    }

    @Test func `the error tells the time that was left`() async throws {
        let clock = clock
        let error = await #expect(throws: TimeoutError.self) {
            try await timeout(.seconds(3)).execute {
                clock.advance(by: .seconds(1))
                do {
                    try await timeout(.seconds(10)).execute { clock.advance(by: .seconds(2)) }
                } catch let inner as TimeoutError {
                    #expect(inner.limit == .seconds(2))
                    throw inner
                }
            }
        }
        #expect(error?.limit == .seconds(3))
    }

    @Test(arguments: [
        Duration.seconds(Int64.min), .seconds(-1), .zero, .seconds(-1e20), .nanoseconds(Int64.min),
    ])
    func `no time at all is a time-out at once`(limit: Duration) async {
        let calls = Counter()
        await #expect(throws: TimeoutError.self) { try await timeout(limit).execute { calls.next() } }
        #expect(calls.value == 0)
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(1e20), .seconds(36_525 * 86_400)])
    func `the longest times are times like others`(limit: Duration) async throws {
        #expect(try await timeout(limit).execute { 1 } == 1)
    }

    @Test func `work that outlives the call is free of its deadline and of the retry around it`() async throws {
        let clock = clock
        let calls = Counter()
        let attempts = Counter()
        let retry = Retry("r", .init(maxAttempts: 2, delay: .zero, jitter: .none), events: .init(), clock: clock)
        let timeout = timeout(.seconds(1))
        try await retry {
            if attempts.next() == 1 { throw Broken() }
            let task = try await timeout {
                Task {
                    try await withoutDeadline {
                        #expect(Deadline.remaining == nil)
                        clock.advance(by: .seconds(5))
                        try await retry { if calls.next() == 1 { throw Broken() } }
                    }
                }
            }
            try await task.value
        }
        #expect(calls.value == 2)
    }

    @Test func `a cancelled caller gets its own error and leaves no timer`() async throws {
        let gate = Gate()
        let task = Task { try await timeout(.seconds(2)).execute { try await gate.pass() } }
        await gate.arrivals(1)
        await clock.sleepers(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await clock.sleepers(0)
    }

    @Test func `an inner time-out shrinks to what the outer one leaves`() async throws {
        let clock = clock
        let seen = try await timeout(.seconds(3)).execute {
            clock.advance(by: .seconds(1))
            return try await timeout(.seconds(10)).execute { [Deadline.remaining] }
        }
        #expect(seen == [.seconds(2)])
        #expect(Deadline.remaining == nil)
    }

    @Test func `nothing is begun after the deadline`() async throws {
        let calls = Counter()
        let clock = clock
        await #expect(throws: TimeoutError.self) {
            try await Retry("r", .init(deadline: .seconds(1)), clock: clock) {
                clock.advance(by: .seconds(1))
                try await timeout(.seconds(5)).execute { _ = calls.next() }
            }
        }
        #expect(calls.value == 0)
    }
}
