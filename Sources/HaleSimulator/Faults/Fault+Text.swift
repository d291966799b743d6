internal import HaleEngine
internal import HaleModel

extension Fault {
    /// In words, for a timeline.
    /// - Parameter name: what the component at a place is called.
    func text(_ name: (Int) -> String) -> String {
        switch self {
        case .crash(let place, let number, let reason): return "\(name(place)).\(number) ends: \(ProcessExit(reason))"
        case .hang(let place): return "\(name(place)) hangs"
        case .crashLoop(let place, let span): return "\(name(place)) ends soon after each start, for \(span)"
        case .startFailures(let place, let span): return "\(name(place)) can't be started for \(span)"
        case .keeperLost(let place, let number): return "the keeper of \(name(place)).\(number) is lost"
        case .serviceFails(let place, let span): return "\(name(place)) fails\(span == .longest ? "" : " for \(span)")"
        case .slow(let place, let latency, let span):
            return "\(name(place)) answers \(latency.map { "after \($0)" } ?? "slowly") for \(span)"
        case .lostAnswers(let place, let share, let span):
            return "\(Self.percent(share)) of what \(name(place)) says is lost for \(span)"
        case .lostBeats(let place, let share, let span):
            return "\(Self.percent(share)) of the heartbeats of \(name(place)) are lost for \(span)"
        case .cutOff(let place, let span): return "\(name(place)) is cut off for \(span)"
        case .errors(let place, let share, let span):
            return "\(name(place)) reports \(Self.percent(share)) of its operations as failed for \(span)"
        case .saysGoodbye(let place): return "\(name(place)) says that it stops"
        case .unreadableBeat(let place): return "a heartbeat of \(name(place)) is unreadable"
        case .owned(let place, let span): return "somebody else owns \(name(place)) for \(span)"
        case .configured(let place, let isConfigured):
            return "\(name(place)) is \(isConfigured ? "configured" : "no longer configured") at the next start"
        case .order(let order): return "a person orders: \(order.text)"
        case .networkLost, .killHale, .reboot, .wallStep, .storeTrouble, .storeLost, .stall, .sleep:
            return textOfMachine
        }
    }

    private var textOfMachine: String {
        switch self {
        case .networkLost(let span): "Hale's machine has no network for \(span)"
        case .killHale(let point, let waits, let span):
            "Hale is to be killed (\(point.rawValue)\(waits ? ", when it heals" : "")) for \(span)"
        case .reboot(let span, let step): "the machine restarts, Hale in \(span), its clock set by \(step)"
        case .wallStep(let span): "the wall clock is set by \(span)"
        case .storeTrouble(let span): "the disk takes nothing for \(span)"
        case .storeLost(let span): "the database is damaged, Hale back in \(span)"
        case .stall(let span): "Hale stands still for \(span)"
        case .sleep(let span): "the machine sleeps for \(span)"
        default: "\(self)"
        }
    }

    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}

extension OperatorOrder {
    /// In words, for a timeline.
    fileprivate var text: String {
        switch self {
        case .check(let id): "check \(id?.name ?? "everything")"
        case .heal(let id): "heal \(id)"
        case .start(let id): "start \(id)"
        case .stop(let id): "stop \(id)"
        case .explain(let id): "explain \(id)"
        case .pause(let id): "pause \(id)"
        case .maintenance(let id, let span): "maintenance of \(id)\(span.map { " for \($0)" } ?? "")"
        case .resume(let id): "resume \(id)"
        case .reset(let id): "reset \(id)"
        case .resetBreaker(let id, let check): "reset the circuit of \(id)\(check.map { " \($0)" } ?? "")"
        case .acknowledge(let id, _): "acknowledge \(id)"
        case .silence(let id, let span): "silence \(id) for \(span)"
        case .endSilence(let id): "end the silence of \(id)"
        case .autoHeal(let id, let isOn): "\(isOn ? "heal" : "do not heal") \(id) by itself"
        case .monitoring(let isOn): "\(isOn ? "start" : "stop") monitoring"
        case .note(let id, let message, _): "note\(id.map { " of \($0)" } ?? ""): \(message)"
        case .shutdown(let programs): "shut down\(programs ? " with all programs" : "")"
        }
    }
}

extension Effect {
    /// In words, for a timeline.
    var text: String {
        switch self {
        case .check(let order): "asks \(order.component) \(order.check)"
        case .process(.spawn(let instance, let launch)): "starts \(instance), launch \(launch)"
        case .process(.stop(let instance, let launch, let signal, let timeout)):
            "stops \(instance), launch \(launch), by signal \(signal), after \(timeout) by KILL"
        case .process(.retire(let instance)): "ends \(instance) for good"
        case .remedy(let order):
            "runs \(order.command?.joined(separator: " ") ?? "a handler") for \(order.component): \(order.reason)"
        case .hook(let order): "runs the hook \(order.occasion.rawValue) of \(order.component)"
        case .answer(let order, .accepted(let text)): "answers order \(order): \(text)"
        case .answer(let order, .refused(let refusal)): "refuses order \(order): \(refusal.message)"
        case .answer(let order, .checked): "answers order \(order) with results"
        case .answer(let order, .explained): "answers order \(order) with an explanation"
        case .finish: "Hale may end"
        }
    }
}
