internal import HaleModel

extension Engine {
    /// C10: when every reference target fails, Hale has lost its own network; when one answers again, it has it back.
    mutating func updateDoubt() {
        guard let place = configuration.referencePlace else { return }
        let allFail = components[place].checks.allSatisfy { $0.failingSince != nil }
        guard allFail != (doubtSince != nil) else { return }
        if allFail { beginDoubt(place) } else { endDoubt() }
    }

    private mutating func beginDoubt(_ references: Int) {
        doubtSince = now.boot
        let count = components[references].checks.count
        emit(
            .selfDoubtBegan, .warning, nil,
            "Hale has lost its network (all \(count) reference targets fail): what is remote says nothing until it is back"
        )
        for place in components.indices where hasRemoteSource(place) {
            scheduleBeat(place)
            markViewStale(place)
            enqueue(place)
        }
    }

    private mutating func endDoubt() {
        guard let since = doubtSince else { return }
        doubtSince = nil
        let lasted = now.boot - since
        emit(
            .selfDoubtEnded, .recovery, nil, "Hale has its network back after \(lasted)",
            ["seconds": .number(lasted.seconds)])
        for place in components.indices where hasRemoteSource(place) {
            for check in components[place].checks.indices where components[place].checks[check].policy.isRemote {
                components[place].checks[check].run?.isDoubtful = true
                prolongStartPeriod(place, check, from: now.boot)
            }
            if components[place].policy.heartbeat?.isRemote == true {
                components[place].heartbeat?.postpone(by: lasted)
                scheduleBeat(place)
            }
            markViewStale(place)
            enqueue(place)
        }
    }

    func hasRemoteSource(_ place: Int) -> Bool {
        place != configuration.referencePlace
            && (components[place].checks.contains { $0.policy.isRemote }
                || components[place].policy.heartbeat?.isRemote == true)
    }
}
