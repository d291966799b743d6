import HaleResilience
import Testing

struct PolicyTests {
    struct Trace: ResiliencePolicy {
        let name: String
        let journal: RollbackTests.Journal

        func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
            journal.write("> \(name)")
            defer { journal.write("< \(name)") }
            return try await operation()
        }
    }

    let journal = RollbackTests.Journal()

    @Test func `the first is outermost`() async throws {
        let policy = Policy {
            Trace(name: "a", journal: journal)
            Trace(name: "b", journal: journal)
            Trace(name: "c", journal: journal)
        }
        #expect(try await policy { 1 } == 1)
        #expect(journal.all == ["> a", "> b", "> c", "< c", "< b", "< a"])
    }

    @Test(arguments: [true, false]) func `parts may be chosen`(isOn: Bool) async throws {
        let policy = Policy {
            if isOn { Trace(name: "maybe", journal: journal) }
            if isOn { Trace(name: "yes", journal: journal) } else { Retry(maxAttempts: 1) }
        }
        #expect(try await policy { 1 } == 1)
        #expect(journal.all.count == (isOn ? 4 : 0))
    }

    @Test func `each attempt passes the breaker, and an open circuit ends the retry`() async throws {
        let clock = ManualClock()
        let breaker = CircuitBreaker("b", .init(trip: .failures(2), jitter: 0), events: .init(), clock: clock)
        let calls = Counter()
        let policy = Policy {
            Retry("r", .init(maxAttempts: 5, delay: .zero, jitter: .none), clock: clock)
            breaker
            Timeout(.seconds(2), clock: clock)
        }
        await #expect(throws: CircuitOpenError.self) {
            try await policy {
                calls.next()
                throw Broken()
            }
        }
        #expect(calls.value == 2)
    }

    @Test func `a chosen order is possible by a policy of its own`() async throws {
        let breaker = CircuitBreaker("b", failureThreshold: 1)
        let policy = Policy {
            breaker
            Policy { Retry(maxAttempts: 2, delay: .zero) }
        }
        let calls = Counter()
        let value = try await policy {
            if calls.next() == 1 { throw Broken() }
            return 7
        }
        #expect(value == 7)
        #expect(breaker.metrics == .init(succeeded: 1))
    }

    @Test func `a cancelled caller leaves nothing behind at any point of a pipeline`() async throws {
        let clock = ManualClock()
        let pauses = ManualClock()
        let gate = Gate()
        let bulkhead = Bulkhead(maxConcurrent: 1, maxQueued: 1, events: .init(), clock: clock)
        let breaker = CircuitBreaker("b", .init(trip: .failures(1), jitter: 0), events: .init(), clock: clock)
        let policy = Policy {
            Retry("r", .init(maxAttempts: 3, jitter: .none), events: .init(), clock: pauses)
            bulkhead
            breaker
            Hedge(after: .seconds(1), events: .init(), clock: clock)
            Timeout(.seconds(5), events: .init(), clock: clock)
        }
        let inside = Task { try await policy { try await gate.pass() } }
        await gate.arrivals(1)
        let queued = Task { try await policy { try await gate.pass() } }
        #expect(await eventually { bulkhead.metrics.queued == 1 })
        queued.cancel()
        inside.cancel()
        await #expect(throws: CancellationError.self) { try await inside.value }
        await #expect(throws: CancellationError.self) { try await queued.value }
        await clock.sleepers(0)
        #expect(bulkhead.metrics.underWay == 0 && bulkhead.metrics.queued == 0)
        #expect(breaker.state == .closed)
        let waiting = Task { try await policy { throw Broken() } }
        await pauses.sleepers(1)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await clock.sleepers(0)
        #expect(bulkhead.metrics.underWay == 0)
    }
}
