internal import HaleEngine
internal import HaleModel

/// One fault as a scenario file writes it.
struct FaultText {
    private let planned: PlannedFault
    private let scenario: Scenario

    init(_ planned: PlannedFault, _ scenario: Scenario) {
        self.planned = planned
        self.scenario = scenario
    }

    var text: String {
        var pairs: [(String, String)] = [("at", ScenarioText.exact(planned.at))]
        if let every = planned.every { pairs.append(("every", ScenarioText.exact(every))) }
        if let until = planned.until { pairs.append(("until", ScenarioText.exact(until))) }
        return ScenarioText.mapping(pairs + (planned.fault.component.map { ofComponent(name($0)) } ?? ofMachine))
    }

    private func name(_ place: Int) -> String { ScenarioText.quoted(scenario.components[place].policy.id.name) }

    private func ofComponent(_ id: String) -> [(String, String)] {
        func lasting(_ span: TimeSpan) -> (String, String) { ("for", ScenarioText.exact(span)) }
        switch planned.fault {
        case .crash(_, let number, let reason): return [("crash", id), ("instance", "\(number)")] + exit(reason)
        case .hang: return [("hang", id)]
        case .crashLoop(_, let span): return [("crashLoop", id), lasting(span)]
        case .startFailures(_, let span): return [("failToStart", id), lasting(span)]
        case .keeperLost(_, let number): return [("loseKeeper", id), ("instance", "\(number)")]
        case .serviceFails(_, let span): return [("fail", id)] + (span == .longest ? [] : [lasting(span)])
        case .slow(_, let latency, let span):
            return [("slow", id), lasting(span)] + (latency.map { [("latency", ScenarioText.exact($0))] } ?? [])
        case .lostAnswers(_, let share, let span): return [("loseAnswers", id), ("share", "\(share)"), lasting(span)]
        case .lostBeats(_, let share, let span): return [("loseBeats", id), ("share", "\(share)"), lasting(span)]
        case .cutOff(_, let span): return [("cutOff", id), lasting(span)]
        case .errors(_, let share, let span): return [("errors", id), ("share", "\(share)"), lasting(span)]
        case .saysGoodbye: return [("sayGoodbye", id)]
        case .unreadableBeat: return [("tearBeat", id)]
        case .owned(_, let span): return [("own", id), lasting(span)]
        case .configured(_, let isConfigured): return [(isConfigured ? "configure" : "unconfigure", id)]
        case .networkLost, .killHale, .reboot, .wallStep, .storeTrouble, .storeLost, .stall, .sleep, .order: return []
        }
    }

    private func exit(_ reason: ProcessExit.Reason) -> [(String, String)] {
        switch reason {
        case .code(let code): [("exit", "\(code)")]
        case .signal(let number): [("signal", "\(number)")]
        case .startFailed, .keeperLost: []
        }
    }

    private var ofMachine: [(String, String)] {
        switch planned.fault {
        case .networkLost(let span): return [("cutNetwork", ScenarioText.exact(span))]
        case .killHale(let point, let waits, let span):
            return [("killHale", ScenarioText.exact(span)), ("point", point.rawValue), ("whenHealing", "\(waits)")]
        case .reboot(let span, let step): return [("reboot", ScenarioText.exact(span)), ("clockStep", signed(step))]
        case .wallStep(let step): return [("stepClock", signed(step))]
        case .storeTrouble(let span): return [("fullDisk", ScenarioText.exact(span))]
        case .storeLost(let span): return [("loseDatabase", ScenarioText.exact(span))]
        case .stall(let span): return [("stallHale", ScenarioText.exact(span))]
        case .sleep(let span): return [("sleep", ScenarioText.exact(span))]
        case .order(let order): return text(order)
        default: return []
        }
    }

    private func signed(_ span: TimeSpan) -> String {
        span < .zero ? "-" + ScenarioText.exact(.zero - span) : ScenarioText.exact(span)
    }

    private func text(_ order: OperatorOrder) -> [(String, String)] {
        let about = order.component.map { [("component", ScenarioText.quoted($0.name))] } ?? []
        switch order {
        case .check: return [("order", "check")] + about
        case .heal: return [("order", "heal")] + about
        case .start: return [("order", "start")] + about
        case .stop: return [("order", "stop")] + about
        case .explain: return [("order", "explain")] + about
        case .pause: return [("order", "pause")] + about
        case .maintenance(_, let span):
            return [("order", "maintenance")] + about + (span.map { [("for", ScenarioText.exact($0))] } ?? [])
        case .resume: return [("order", "resume")] + about
        case .reset: return [("order", "reset")] + about
        case .resetBreaker(_, let check):
            return [("order", "resetBreaker")] + about + (check.map { [("check", ScenarioText.quoted($0))] } ?? [])
        case .acknowledge: return [("order", "acknowledge")] + about
        case .silence(_, let span): return [("order", "silence")] + about + [("for", ScenarioText.exact(span))]
        case .shutdown(let programs): return [("order", "shutdown"), ("programs", "\(programs)")]
        case .endSilence: return [("order", "endSilence")] + about
        case .autoHeal(_, let isOn): return [("order", "autoHeal")] + about + [("enabled", "\(isOn)")]
        case .monitoring(let isOn): return [("order", "monitoring"), ("enabled", "\(isOn)")]
        case .note(_, let message, _): return [("order", "note")] + about + [("message", ScenarioText.quoted(message))]
        }
    }
}
