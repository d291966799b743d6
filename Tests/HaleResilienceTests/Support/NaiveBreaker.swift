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

    let configuration: Machine.Configuration
    var phase = Phase.closed
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

    mutating func admit(_ id: Int, at now: Instant) -> Bool {
        if case .open(let until) = phase {
            guard now >= until else { return false }
            change(to: .halfOpen)
        }
        if case .halfOpen = phase {
            if let limit = configuration.halfOpenCallLimit {
                for index in calls.indices where calls[index].admitted + limit <= now {
                    calls[index].lostItsPlace = true
                }
            }
            guard trials.count < configuration.halfOpenMaxCalls else { return false }
        }
        calls.append(Call(id: id, admitted: now, phaseNumber: phaseNumber))
        return true
    }

    private var trials: [Call] { calls.filter { !$0.ended && !$0.lostItsPlace && $0.phaseNumber == phaseNumber } }

    mutating func report(_ id: Int, _ verdict: Machine.Verdict, at now: Instant) {
        let index = calls.firstIndex { $0.id == id }!
        calls[index].ended = true
        let call = calls[index]
        guard call.phaseNumber == phaseNumber, !call.lostItsPlace, verdict != .none else { return }
        let slow = configuration.slowCall.map { call.admitted + $0 <= now } ?? false
        outcomes.append(Outcome(failed: verdict == .failure, slow: slow, at: now))
        switch phase {
        case .closed:
            if shouldOpen(at: now) {
                openings = 1
                change(to: .open(until: now + pause))
            }
        case .halfOpen:
            if verdict == .failure || slow {
                openings += 1
                change(to: .open(until: now + pause))
            } else if outcomes.count >= configuration.successThreshold {
                openings = 0
                change(to: .closed)
            }
        case .open: break
        }
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
    func state(lastReportAt: Instant) -> Machine.State {
        switch phase {
        case .closed:
            guard configuration.window == nil else {
                return .closed(failures: inWindow(at: lastReportAt).filter(\.failed).count)
            }
            return .closed(failures: outcomes.reversed().prefix { $0.failed || $0.slow }.count)
        case .open(let until): return .open(until: until, openings: openings)
        case .halfOpen: return .halfOpen(successes: outcomes.count, underWay: trials.count, openings: openings)
        }
    }
}
