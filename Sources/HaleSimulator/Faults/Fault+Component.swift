internal import HaleEngine
internal import HaleModel

extension Fault {
    /// The place of the component that it strikes, if it strikes one.
    var component: Int? {
        switch self {
        case .crash(let place, _, _), .hang(let place), .crashLoop(let place, _), .startFailures(let place, _),
            .keeperLost(let place, _), .serviceFails(let place, _), .slow(let place, _, _),
            .lostAnswers(let place, _, _), .lostBeats(let place, _, _), .cutOff(let place, _),
            .errors(let place, _, _), .saysGoodbye(let place), .unreadableBeat(let place), .owned(let place, _),
            .configured(let place, _):
            place
        case .networkLost, .killHale, .reboot, .wallStep, .storeTrouble, .storeLost, .stall, .sleep, .order: nil
        }
    }

    /// The same, of a component at another place.
    func moved(to place: Int) -> Fault {
        switch self {
        case .crash(_, let number, let reason): .crash(component: place, instance: number, reason)
        case .hang: .hang(component: place)
        case .crashLoop(_, let span): .crashLoop(component: place, for: span)
        case .startFailures(_, let span): .startFailures(component: place, for: span)
        case .keeperLost(_, let number): .keeperLost(component: place, instance: number)
        case .serviceFails(_, let span): .serviceFails(component: place, for: span)
        case .slow(_, let latency, let span): .slow(component: place, latency: latency, for: span)
        case .lostAnswers(_, let share, let span): .lostAnswers(component: place, share: share, for: span)
        case .lostBeats(_, let share, let span): .lostBeats(component: place, share: share, for: span)
        case .cutOff(_, let span): .cutOff(component: place, for: span)
        case .errors(_, let share, let span): .errors(component: place, share: share, for: span)
        case .saysGoodbye: .saysGoodbye(component: place)
        case .unreadableBeat: .unreadableBeat(component: place)
        case .owned(_, let span): .owned(component: place, for: span)
        case .configured(_, let isConfigured): .configured(component: place, isConfigured)
        case .networkLost, .killHale, .reboot, .wallStep, .storeTrouble, .storeLost, .stall, .sleep, .order: self
        }
    }
}

extension OperatorOrder {
    /// Whom it is about.
    var component: ComponentID? {
        switch self {
        case .check(let id): id
        case .heal(let id), .start(let id), .stop(let id), .explain(let id), .pause(let id), .maintenance(let id, _),
            .resume(let id), .reset(let id), .resetBreaker(let id, _), .acknowledge(let id, _), .silence(let id, _),
            .endSilence(let id), .autoHeal(let id, _):
            id
        case .note(let id, _, _): id
        case .shutdown, .monitoring: nil
        }
    }
}
