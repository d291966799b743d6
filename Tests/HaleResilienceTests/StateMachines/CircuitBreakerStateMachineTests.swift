import HaleModel
import HaleResilience
import Testing

/// Timelines, one word a second: `ok`, `FAIL`, `slow` (a success that took the slow limit), `skip` (no verdict), `no`
/// (rejected), `-` (nothing). Expected: the state after each word, C closed, O open, H half-open.
struct CircuitBreakerStateMachineTests {
    typealias Machine = CircuitBreakerStateMachine

    static let plain = Machine.Configuration(
        failureThreshold: 3, openDuration: .seconds(3), maxOpenDuration: .seconds(12))
    static let byCount = Machine.Configuration(
        openDuration: .seconds(3), window: .init(extent: .calls(4), minimumCalls: 4, failureRate: 0.5))
    static let byTime = Machine.Configuration(
        openDuration: .seconds(3), window: .init(extent: .time(.seconds(10)), minimumCalls: 3, failureRate: 0.6))
    static let slowCounts = Machine.Configuration(failureThreshold: 2, openDuration: .seconds(3), slowCall: .seconds(1))
    static let slowRate = Machine.Configuration(
        openDuration: .seconds(3),
        window: .init(extent: .calls(4), minimumCalls: 4, failureRate: 1, slowCallRate: 0.5), slowCall: .seconds(1))

    @Test(arguments: [
        (plain, "FAIL FAIL ok   FAIL FAIL FAIL no", "C C C C C O O"),
        (plain, "FAIL FAIL skip FAIL no", "C C C O O"),
        (plain, "FAIL FAIL FAIL - - ok ok ok", "C C O O O H C C"),
        (plain, "FAIL FAIL FAIL - - FAIL no no no no no ok", "C C O O O O O O O O O H"),
        (plain, "FAIL FAIL FAIL - - skip skip ok ok", "C C O O O H H H C"),
        (plain, "FAIL FAIL FAIL - - ok FAIL no", "C C O O O H O O"),
        (byCount, "FAIL ok ok FAIL no", "C C C O O"),
        (byCount, "FAIL ok ok ok FAIL ok ok ok FAIL FAIL", "C C C C C C C C C O"),
        (byCount, "FAIL FAIL FAIL ok no", "C C C O O"),
        (byCount, "FAIL skip skip skip ok ok ok", "C C C C C C C"),
        (byTime, "FAIL FAIL ok no", "C C O O"),
        (byTime, "FAIL FAIL - - - - - - - - - - ok FAIL ok", "C C C C C C C C C C C C C C C"),
        (slowCounts, "slow slow no", "C O O"),
        (slowCounts, "slow ok slow ok", "C C C C"),
        (slowCounts, "slow slow - - - slow no", "C O O O O O O"),
        (slowRate, "ok slow ok slow no", "C C C O O"),
        (slowRate, "ok slow ok ok ok", "C C C C C"),
    ])
    func timeline(configuration: Machine.Configuration, words: String, states: String) {
        var machine = Machine(configuration)
        var random = SeededGenerator(seed: 7)
        var now = Instant(nanoseconds: 3_600_000_000_000)
        var seen: [String] = []
        for word in words.split(separator: " ") {
            now = now + .seconds(1)
            if word != "-" {
                let begun = word == "slow" ? now - .seconds(1) : now
                switch (machine.admit(at: begun), word) {
                case (.rejected, let word): #expect(word == "no")
                case (.admitted(let permit, _), "ok"), (.admitted(let permit, _), "slow"):
                    machine.report(.success, for: permit, at: now, using: &random)
                case (.admitted(let permit, _), "FAIL"): machine.report(.failure, for: permit, at: now, using: &random)
                case (.admitted(let permit, _), "skip"): machine.report(.none, for: permit, at: now, using: &random)
                default: Issue.record("admitted at \(word)")
                }
            }
            switch machine.state {
            case .closed: seen.append("C")
            case .open: seen.append("O")
            case .halfOpen: seen.append("H")
            }
        }
        #expect(seen.joined(separator: " ") == states)
    }

    @Test(arguments: [OutcomeWindow.Extent.calls(0), .calls(-1), .time(.zero), .time(.seconds(-1))])
    func `a window of nothing holds the last call`(extent: OutcomeWindow.Extent) {
        var window = OutcomeWindow(extent)
        for second in 0..<3 {
            window.record(failed: second == 2, slow: false, at: Instant(nanoseconds: Int64(second) * 1_000_000_000))
        }
        #expect(window.counts == .init(calls: 1, failures: 1))
    }

    @Test func `the pause doubles with each re-opening up to its cap`() {
        var machine = Machine(.init(failureThreshold: 1, openDuration: .seconds(10), maxOpenDuration: .seconds(35)))
        var random = SeededGenerator(seed: 1)
        var now = Instant(nanoseconds: 0)
        var pauses: [TimeSpan] = []
        for _ in 0..<4 {
            guard case .admitted(let permit, _) = machine.admit(at: now) else { return #expect(Bool(false)) }
            machine.report(.failure, for: permit, at: now, using: &random)
            guard case .open(let until, _) = machine.state else { return #expect(Bool(false)) }
            pauses.append(until - now)
            now = until
        }
        #expect(pauses == [.seconds(10), .seconds(20), .seconds(35), .seconds(35)])
    }

    @Test func `control beats state, and voids the permits of before`() {
        var machine = Machine(.init(failureThreshold: 1))
        var random = SeededGenerator(seed: 1)
        guard case .admitted(let old, _) = machine.admit(at: .zero) else { return #expect(Bool(false)) }
        machine.take(.forcedOpen)
        #expect(machine.admit(at: .zero) == .rejected(until: .distantFuture))
        machine.take(.disabled)
        machine.report(.failure, for: old, at: .zero, using: &random)
        guard case .admitted(let free, nil) = machine.admit(at: .zero) else { return #expect(Bool(false)) }
        machine.report(.failure, for: free, at: .zero, using: &random)
        machine.reset()
        #expect(machine.control == .automatic)
        #expect(machine.state == .closed(failures: 0))
    }

    @Test func `backoff draws within its spread`() {
        var random = SeededGenerator(seed: 3)
        for (spread, low, high) in [
            (BackoffStateMachine.Spread.full, 0.0, 8.0), (.equal, 4, 8), (.proportional, 6.72, 9.28),
        ] {
            for _ in 0..<200 {
                var backoff = BackoffStateMachine(.init(base: .seconds(2), spread: spread), attempts: 3)
                let wait = backoff.next(using: &random).seconds
                #expect(wait >= low && wait <= high)
            }
        }
    }
}
