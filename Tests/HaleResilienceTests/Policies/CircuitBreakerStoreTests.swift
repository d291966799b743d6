import HaleResilience
import Synchronization
import Testing

/// How a breaker and its store get along, whatever the store does.
struct CircuitBreakerStoreTests {
    /// Fails or waits as it is told.
    final class Store: CircuitBreakerStore {
        struct State {
            var saved: [CircuitBreakerSnapshot] = []
            var attempts = 0
            var isBroken = false
        }

        let state = Mutex(State())
        let gate: Gate?

        init(gate: Gate? = nil) { self.gate = gate }

        func load(_ name: String) -> CircuitBreakerSnapshot? { nil }

        func save(_ snapshot: CircuitBreakerSnapshot, as name: String) async throws {
            try await gate?.pass()
            #expect(Deadline.remaining == nil)
            try state.withLock { state in
                state.attempts += 1
                if state.isBroken { throw Broken() }
                state.saved.append(snapshot)
            }
        }

        var attempts: Int { state.withLock { $0.attempts } }
        var saved: [CircuitBreakerSnapshot] { state.withLock { $0.saved } }
        func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }
    }

    let clock = ManualClock()

    func breaker(_ store: Store) async -> CircuitBreaker {
        await CircuitBreaker(
            "b", .init(trip: .failures(1), jitter: 0), store: store, events: ResilienceEvents(), clock: clock)
    }

    @Test func `a save that failed is made up for, at most once a second`() async throws {
        let store = Store()
        store.setBroken(true)
        let breaker = await breaker(store)
        _ = await breaker.result { throw Broken() }
        #expect(store.attempts == 1)
        clock.advance(by: .seconds(60))
        store.setBroken(true)
        let permit = try breaker.acquire()  // half-open: a change of state is saved at once
        await breaker.persist()
        #expect(store.attempts == 2)
        permit.succeed()
        store.setBroken(false)
        clock.advance(by: .milliseconds(999))
        try await Self.ignored(breaker)
        #expect(store.attempts == 2)
        clock.advance(by: .milliseconds(1))
        try await Self.ignored(breaker)
        #expect(store.attempts == 3)
        #expect(store.saved == [.init(state: .halfOpen, openings: 1)])
        try await Self.ignored(breaker)
        #expect(store.attempts == 3)
    }

    @Test func `a failed save can be made up for by hand`() async throws {
        let store = Store()
        store.setBroken(true)
        let breaker = await breaker(store)
        await breaker.forceOpen()
        store.setBroken(false)
        await breaker.persist()
        #expect(store.saved.map(\.state) == [.forcedOpen])
    }

    private static func ignored(_ breaker: CircuitBreaker) async throws {
        _ = await breaker.result { throw CancellationError() }
    }

    @Test func `a cancelled caller does not cut the save short`() async throws {
        let gate = Gate()
        let store = Store(gate: gate)
        let breaker = await breaker(store)
        let task = Task { try await breaker { throw Broken() } }
        await gate.arrivals(1)
        task.cancel()
        await #expect(throws: Broken.self) { try await task.value }
        gate.open()
        #expect(await eventually { store.saved == [.init(state: .open(remaining: .seconds(60)), openings: 1)] })
    }

    @Test func `a circuit that a deadline opened is saved`() async throws {
        let store = Store()
        let breaker = await breaker(store)
        let gate = Gate()
        let late = Task {
            try await Timeout(.seconds(1), events: .init(), clock: clock).execute {
                try await breaker { try await gate.pass() }
            }
        }
        await gate.arrivals(1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        await #expect(throws: TimeoutError.self) { try await late.value }
        #expect(await eventually { store.saved == [.init(state: .open(remaining: .seconds(60)), openings: 1)] })
    }

    @Test func `a store that hangs holds up nobody beyond a time-out`() async throws {
        let hanging = Gate()
        let store = Store(gate: hanging)
        let breaker = await breaker(store)
        let call = Task {
            try await Timeout(.seconds(1), events: .init(), clock: clock).execute {
                try await breaker { throw Broken() }
            }
        }
        await hanging.arrivals(1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        await #expect(throws: TimeoutError.self) { try await call.value }
        await breaker.forceOpen()  // does not wait: a save is under way
        hanging.open()
        #expect(await eventually { store.saved.last?.state == .forcedOpen })
    }
}
