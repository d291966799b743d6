import HaleResilience
import Testing

struct HedgeTests {
    let clock = ManualClock()

    func hedge(calls: Int = 2, budget: RetryBudget? = nil) -> Hedge {
        Hedge(after: .seconds(1), maxCalls: calls, budget: budget, events: ResilienceEvents(), clock: clock)
    }

    @Test func `a fast answer needs no second call`() async throws {
        let calls = Counter()
        #expect(try await hedge().execute { calls.next() } == 1)
        #expect(calls.value == 1)
        await clock.sleepers(0)
    }

    @Test func `a slow answer is overtaken and cancelled`() async throws {
        let gate = Gate()
        let calls = Counter()
        let cancelled = Counter()
        let task = Task {
            try await hedge().execute {
                let call = calls.next()
                guard call == 1 else { return call }
                do { try await gate.pass() } catch {
                    cancelled.next()
                    throw error
                }
                return call
            }
        }
        await gate.arrivals(1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        #expect(try await task.value == 2)
        #expect(cancelled.value == 1)
    }

    @Test func `a failure starts the next call at once, and the first error is told if all fail`() async throws {
        let calls = Counter()
        #expect(
            try await hedge(calls: 3).execute {
                let call = calls.next()
                if call < 3 { throw Broken(number: call) }
                return call
            } == 3)
        let error = await #expect(throws: Broken.self) {
            try await hedge().execute { throw Broken(number: calls.next()) }
        }
        #expect(error == Broken(number: 4))
        await clock.sleepers(0)
    }

    @Test func `what a call left undone is told, whether another one wins or fails`() async throws {
        let events = ResilienceEvents()
        let stream = events.stream()
        let hedge = Hedge(after: .seconds(1), maxCalls: 3, events: events, clock: clock)
        let saga = Saga(events: .init())
        let gate = Gate()
        @Sendable func charge(waiting: Bool = false) async throws -> Int {
            try await saga.run { saga in
                try await saga.step("charge") {
                } undo: { _ in
                    throw Broken(number: 2)
                }
                if waiting { try await gate.pass() }
                throw Broken()
            }
        }
        let calls = Counter()
        let winner = Task {
            try await hedge {
                let call = calls.next()
                return call == 1 ? try await charge(waiting: true) : call
            }
        }
        await gate.arrivals(1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        #expect(try await winner.value == 2)
        var told: [String] = []
        for await event in stream {
            guard case .undoFailed(let step, let cause) = event.kind else { continue }
            told = [event.policy, step, "\(cause)"]
            break
        }
        #expect(told == ["hedge", "charge", "Broken(number: 2)"])
        let failures = Counter()
        let error = await #expect(throws: RollbackFailed.self) {
            try await hedge {
                if failures.next() == 1 { throw Broken() }
                return try await charge()
            }
        }
        #expect(error?.leftUndone.first?.step == "charge")
    }

    @Test func `a cancelled caller leaves no call and no timer`() async throws {
        let gate = Gate()
        let task = Task { try await hedge().execute { try await gate.pass() } }
        await gate.arrivals(1)
        await clock.sleepers(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await clock.sleepers(0)
    }

    @Test func `a budget bounds the extra calls`() async throws {
        let budget = RetryBudget(ratio: 0, reserve: 2)
        let calls = Counter()
        for _ in 0..<10 {
            _ = await hedge(budget: budget).result {
                calls.next()
                throw Broken()
            }
        }
        #expect(calls.value == 12)
    }
}
