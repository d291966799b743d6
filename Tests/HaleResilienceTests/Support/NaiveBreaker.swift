import HaleModel
import HaleResilience

/// The breaker's rules in the simplest words: it keeps everything that happened since the last change of state and looks
/// through all of it each time.
struct NaiveBreaker {
    typealias Machine = CircuitBreakerStateMachine

    enum Phase {
        case closed, open(until: Instant), halfOpen
    }

    struct Call {
        let id: Int
        let admitted: Instant
        let phaseNumber: Int
        var lostItsPlace = false
        var ended = false
    }

    struct Outcome {
        let failed: Bool
        let slow: Bool
        let at: Instant
    }

    enum Answer: Equatable {
        case admitted(Machine.Change?)
        case rejected(until: Instant)
    }

    let configuration: Machine.Configuration
    var phase = Phase.closed
    var control = Machine.Control.automatic
    /// Counts what makes earlier calls void: changes of the phase and of the control.
    var phaseNumber = 0
    var openings = 0
    var calls: [Call] = []
    var outcomes: [Outcome] = []

    init(_ configuration: Machine.Configuration) { self.configuration = configuration }

    mutating func change(to next: Phase) {
        phase = next
        phaseNumber += 1
        outcomes = []
    }

    mutating func admit(_ id: Int, at now: Instant) -> Answer {
        var made: Machine.Change?
        switch control {
        case .automatic: break
        case .forcedOpen: return .rejected(until: .distantFuture)
        case .disabled:
            calls.append(Call(id: id, admitted: now, phaseNumber: -1))
            return .admitted(nil)
        }
        if case .open(let until) = phase {
            guard now >= until else { return .rejected(until: until) }
            change(to: .halfOpen)
            made = .halfOpened
        }
        if case .halfOpen = phase {
            if let limit = configuration.halfOpenCallLimit {
                for index in calls.indices where calls[index].admitted + limit <= now {
                    calls[index].lostItsPlace = true
                }
            }
            guard trials.count < configuration.halfOpenMaxCalls else { return .rejected(until: now) }
        }
        calls.append(Call(id: id, admitted: now, phaseNumber: phaseNumber))
        return .admitted(made)
    }

    mutating func take(_ next: Machine.Control) {
        if control != next { phaseNumber += 1 }
        control = next
    }

    mutating func hint() -> Machine.Change? {
        guard case .open = phase else { return nil }
        change(to: .halfOpen)
        return .halfOpened
    }

    mutating func reset() -> Machine.Change? {
        control = .automatic
        outcomes = []
        if case .closed = phase { return nil }
        openings = 0
        change(to: .closed)
        return .closed
    }

    private var trials: [Call] { calls.filter { !$0.ended && !$0.lostItsPlace && $0.phaseNumber == phaseNumber } }

    mutating func report(_ id: Int, _ verdict: Machine.Verdict, at now: Instant) -> Machine.Change? {
        let index = calls.firstIndex { $0.id == id }!
        calls[index].ended = true
        let call = calls[index]
        guard control == .automatic, call.phaseNumber == phaseNumber, verdict != .none else { return nil }
        let slow = configuration.slowCall.map { call.admitted + $0 <= now } ?? false
        outcomes.append(Outcome(failed: verdict == .failure, slow: slow, at: now))
        switch phase {
        case .closed:
            guard shouldOpen(at: now) else { return nil }
            openings = 1
            change(to: .open(until: now + pause))
            return .opened(until: now + pause)
        case .halfOpen:
            if verdict == .failure || slow {
                openings += 1
                change(to: .open(until: now + pause))
                return .opened(until: now + pause)
            }
            guard outcomes.count >= configuration.successThreshold else { return nil }
            openings = 0
            change(to: .closed)
            return .closed
        case .open: return nil
        }
    }

    /// What a window held when its last verdict came.
    var windowCounts: OutcomeWindow.Counts {
        guard let last = outcomes.last else { return .init() }
        let seen = inWindow(at: last.at)
        return .init(calls: seen.count, failures: seen.count(where: \.failed), slow: seen.count(where: \.slow))
    }

    private func inWindow(at now: Instant) -> [Outcome] {
        switch configuration.window!.extent {
        case .calls(let count): return outcomes.suffix(count)
        case .time(let span):
            let slice = span.nanoseconds / 10
            return outcomes.filter { now.nanoseconds / slice - $0.at.nanoseconds / slice < 10 }
        }
    }

    private func shouldOpen(at now: Instant) -> Bool {
        guard let window = configuration.window else {
            return outcomes.suffix(configuration.failureThreshold).filter { $0.failed || $0.slow }.count
                == configuration.failureThreshold
        }
        let seen = inWindow(at: now)
        guard seen.count >= window.minimumCalls else { return false }
        let failed = Double(seen.filter(\.failed).count)
        let slow = Double(seen.filter(\.slow).count)
        return failed > 0 && failed / Double(seen.count) >= window.failureRate
            || slow > 0 && slow / Double(seen.count) >= window.slowCallRate
    }

    private var pause: TimeSpan {
        var pause = configuration.openDuration
        for _ in 1..<openings { pause = min(pause * 2, max(configuration.maxOpenDuration, configuration.openDuration)) }
        return pause
    }

    /// The same as the machine's state, counted anew.
    var state: Machine.State {
        switch phase {
        case .closed where configuration.window != nil: .closed(failures: windowCounts.failures)
        case .closed: .closed(failures: outcomes.reversed().prefix { $0.failed || $0.slow }.count)
        case .open(let until): .open(until: until, openings: openings)
        case .halfOpen: .halfOpen(successes: outcomes.count, underWay: trials.count, openings: openings)
        }
    }
}
