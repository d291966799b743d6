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

    @Test func `a value that arrives after the cancellation is not thrown away`() async throws {
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
        #expect(try await task.value == 9)
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
