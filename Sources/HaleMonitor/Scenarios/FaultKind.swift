/// The kinds of faults: the key that names each, and the keys that belong to it.
enum FaultKind: String, CaseIterable {
    // What strikes components; the value names them.
    case crash, hang, crashLoop, failToStart, loseKeeper, fail, slow, loseAnswers, loseBeats, cutOff, errors, sayGoodbye
    case tearBeat, own, configure, unconfigure
    // What strikes Hale or its machine; the value is a time.
    case cutNetwork, killHale, stallHale, sleep, reboot, stepClock, fullDisk, loseDatabase
    /// What a person orders.
    case order

    static let names = allCases.map(\.rawValue)
    /// When it strikes.
    static let commonKeys = ["at", "every", "until", "times"]

    var keys: [String] {
        switch self {
        case .crash: ["instance", "exit", "signal"]
        case .loseKeeper: ["instance"]
        case .hang, .sayGoodbye, .tearBeat, .configure, .unconfigure: []
        case .crashLoop, .failToStart, .fail, .cutOff, .own: ["for"]
        case .slow: ["for", "latency"]
        case .loseAnswers, .loseBeats, .errors: ["for", "share"]
        case .cutNetwork, .stallHale, .sleep, .stepClock, .fullDisk, .loseDatabase: []
        case .killHale: ["point", "whenHealing"]
        case .reboot: ["clockStep"]
        case .order: ["component", "for", "check", "programs", "enabled", "message"]
        }
    }

    /// What a component has to have for the fault to mean anything.
    enum Needs: Equatable {
        case anything, program, noProgram, heartbeat
    }

    var needs: Needs {
        switch self {
        case .crash, .hang, .crashLoop, .failToStart, .loseKeeper: .program
        case .fail: .noProgram
        case .loseBeats: .heartbeat
        default: .anything
        }
    }
}
