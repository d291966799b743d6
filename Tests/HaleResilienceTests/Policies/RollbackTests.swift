import HaleResilience
import Synchronization
import Testing

struct RollbackTests {
    final class Journal: Sendable {
        private let lines = Mutex<[String]>([])
        func write(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    let journal = Journal()

    @Test func `a value is put back`() async throws {
        var settings = [1, 2]
        await #expect(throws: Broken.self) {
            try await Rollback.restoring(&settings) { settings in
                settings.append(3)
                throw Broken()
            }
        }
        #expect(settings == [1, 2])
        await Rollback.restoring(&settings) { $0.append(3) }
        #expect(settings == [1, 2, 3])
    }

    @Test func `a snapshot is restored, and the operation's error thrown`() async throws {
        let rollback = Rollback(
            "deploy", save: { "v1" }, restore: { [journal] in journal.write("back to \($0)") },
            events: ResilienceEvents())
        await #expect(throws: Broken.self) { try await rollback { throw Broken() } }
        #expect(try await rollback { 5 } == 5)
        #expect(journal.all == ["back to v1"])
    }

    @Test func `a restore that fails is told with its cause`() async throws {
        let rollback = Rollback(
            "deploy", save: { 1 }, restore: { _ in throw Broken(number: 2) }, events: ResilienceEvents())
        let error = await #expect(throws: RollbackFailed.self) { try await rollback { throw Broken(number: 1) } }
        #expect(error?.cause as? Broken == Broken(number: 1))
        #expect(error?.leftUndone.map(\.step) == ["deploy"])
    }

    @Test func `undoing is free of the deadline and of the retry around it`() async throws {
        let clock = ManualClock()
        let retry = Retry("r", .init(maxAttempts: 2, delay: .zero, jitter: .none), events: .init(), clock: clock)
        let timeout = Timeout(.seconds(1), events: .init(), clock: clock)
        let restores = Counter()
        let rollback = Rollback(
            "deploy", save: { 1 },
            restore: { _ in
                #expect(Deadline.remaining == nil)
                try await retry { if restores.next() % 2 == 1 { throw Broken() } }
                try await Timeout(.seconds(9), events: .init(), clock: clock).execute {}
            }, events: .init())
        let error = await #expect(throws: TimeoutError.self) {
            try await retry {
                try await timeout {
                    try await rollback {
                        clock.advance(by: .seconds(2))
                        throw Broken()
                    }
                }
            }
        }
        #expect(error?.limit == .seconds(1))
        #expect(restores.value == 4)
    }

    @Test func `what is left undone is told, and not hidden by a time-out, a fallback or an alternative`() async throws
    {
        let clock = ManualClock()
        let timeout = Timeout(.seconds(1), events: .init(), clock: clock)
        let rollback = Rollback(
            "deploy", save: { 1 }, restore: { _ in throw Broken(number: 2) }, events: ResilienceEvents())
        let fallback = Fallback<Void, Void>("f", events: .init()) {
            Alternative("a") {
                try await rollback.execute { try await clock.sleep(until: .init(offset: .seconds(9_999))) }
            }
            Alternative("b") {}
        }
        let task = Task { try await timeout { try await fallback() } }
        await clock.sleepers(2)
        clock.advance(by: .seconds(1))
        let error = await #expect(throws: RollbackFailed.self) { try await task.value }
        #expect(error?.cause as? TimeoutError == TimeoutError(limit: .seconds(1)))
        #expect(error?.leftUndone.map(\.step) == ["deploy"])
        await #expect(throws: RollbackFailed.self) {
            try await timeout.execute {
                try await rollback { throw Broken() }
            } orElse: { _ in
            }
        }
    }

    func saga(failingAt failing: String?, undoFailsAt: String? = nil) async throws -> [String] {
        let journal = journal
        return try await Saga("booking", events: ResilienceEvents()).run { saga in
            var done: [String] = []
            for step in ["seat", "meal", "payment"] {
                let ticket = try await saga.step(step) {
                    if step == failing { throw Broken(number: 1) }
                    journal.write("do \(step)")
                    return "\(step)-1"
                } undo: { ticket in
                    if step == undoFailsAt { throw Broken(number: 2) }
                    journal.write("undo \(ticket)")
                }
                done.append(ticket)
            }
            return done
        }
    }

    @Test func `a saga that succeeds undoes nothing`() async throws {
        #expect(try await saga(failingAt: nil) == ["seat-1", "meal-1", "payment-1"])
        #expect(journal.all == ["do seat", "do meal", "do payment"])
    }

    @Test func `a saga is undone in reverse`() async throws {
        await #expect(throws: Broken.self) { try await saga(failingAt: "payment") }
        #expect(journal.all == ["do seat", "do meal", "undo meal-1", "undo seat-1"])
    }

    @Test func `an undo that fails is told, and the others go on`() async throws {
        let error = await #expect(throws: RollbackFailed.self) {
            try await saga(failingAt: "payment", undoFailsAt: "meal")
        }
        #expect(error?.undone == ["seat"])
        #expect(error?.leftUndone.map(\.step) == ["meal"])
        #expect(error?.cause as? Broken == Broken(number: 1))
        #expect(journal.all == ["do seat", "do meal", "undo seat-1"])
    }

    @Test func `a cancelled saga is undone to the end`() async throws {
        let gate = Gate()
        let journal = journal
        let task = Task {
            try await Saga("s", events: ResilienceEvents()).run { saga in
                try await saga.step("first") {
                } undo: {
                    try Task.checkCancellation()
                    journal.write("undone")
                }
                try await gate.pass()
            }
        }
        await gate.arrivals(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(journal.all == ["undone"])
    }
}
