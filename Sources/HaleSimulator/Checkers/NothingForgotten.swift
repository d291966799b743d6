internal import HaleEngine
internal import HaleModel
internal import HaleResilience

struct NothingForgotten: Checker {
    static let promise = "each component has a next check, a next step of healing, or a reason why nothing happens"
    static let occasions = Occasions.handled

    private var policies: [ComponentPolicy] = []
    private var places: [ComponentID: Int] = [:]
    /// How far ahead the next run of each check may lie.
    private var farthest: [[TimeSpan]] = []
    private var isTroubled = false
    private var steps = 0

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        self.policies = policies
        places = Dictionary(uniqueKeysWithValues: policies.enumerated().map { ($1.id, $0) })
        farthest = policies.map { policy in
            policy.checks.map {
                $0.interval * 2 + $0.breaker.maxOpenDuration * 2 + $0.breaker.openDuration * 2 + .minutes(2)
            }
        }
        isTroubled = false
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        if case .storeTrouble(let reason) = step.input { isTroubled = reason != nil }
        guard !policies.isEmpty, !engine.isShuttingDown else { return }
        // Each in its turn, because what was forgotten stays so, and whatever was told of.
        steps += 1
        if steps % 2 == 0 { look(at: steps / 2 % policies.count, step, engine, &findings) }
        for event in step.events(buffer) {
            if let id = event.component, let place = places[id] { look(at: place, step, engine, &findings) }
        }
    }

    private func look(at place: Int, _ step: Step, _ engine: Engine, _ findings: inout Findings) {
        guard !engine.isStopped(at: place), engine.effectiveHold(at: place) != .paused else { return }
        if let forgotten = checks(place, engine, step.at) ?? healing(place, engine, step.at.boot)
            ?? programs(place, engine)
        {
            findings.report(Self.self, "\(policies[place].id) (\(engine.state(at: place).rawValue)): \(forgotten)")
        }
    }

    private func checks(_ place: Int, _ engine: Engine, _ now: Moment) -> String? {
        for (index, farthest) in farthest[place].enumerated() {
            if engine.waitsForHost(at: place, check: index) { continue }
            guard let next = engine.runDeadline(at: place, check: index) else {
                return "check \(policies[place].checks[index].name) has no next run and none under way"
            }
            if next > now.boot + farthest {
                return "check \(policies[place].checks[index].name) runs next in \(next - now.boot)"
            }
            if engine.level(at: place, check: index) == .starting,
                engine.startPeriodEnd(at: place, check: index) == nil, !engine.hasPendingJudgement(at: place),
                !engine.startPeriodWaits(at: place, check: index)
            {
                return "the start period of check \(policies[place].checks[index].name) has no end"
            }
        }
        return nil
    }

    private func healing(_ place: Int, _ engine: Engine, _ now: Instant) -> String? {
        let isAutomatic = engine.healsItself(at: place)
        let tracks = engine.tracks(at: place)
        let processes = engine.processes(at: place)
        for index in tracks.indices {
            let deadline = engine.healDeadline(at: place, track: index)
            let own = index == 0 ? processes[...] : processes[(index - 1)..<index]
            switch tracks[index].phase {
            case .acting(let attempt):
                switch attempt.step {
                case .stopping where !own.contains(where: \.isStopping):
                    return "attempt \(attempt.intent.id) waits for the end of nothing"
                case .starting where !own.contains(where: \.isStarting):
                    return "attempt \(attempt.intent.id) waits for the start of nothing"
                case .settling(let until), .verifying(let until):
                    if deadline != until { return "attempt \(attempt.intent.id) has no next step" }
                case .asking, .stopping, .starting, .commanding: break
                }
            case .waiting(let wait):
                if let until = wait.until {
                    if deadline != until {
                        return "healing waits by \(wait.rule.rawValue) for a moment that never comes"
                    }
                } else if !engine.holds(wait, at: place, track: index, isStoreTroubled: isTroubled) {
                    return "healing waits by \(wait.rule.rawValue), which no longer holds"
                }
            case .gaveUp(let retryAt, _):
                guard let retryAt else { break }
                if retryAt > now, deadline != retryAt { return "the retry after giving up has no deadline" }
                if retryAt <= now, isAutomatic, isNeeded(index, place, engine, tracks, processes) {
                    return "the retry after giving up is overdue"
                }
            case .idle, .relieved:
                if isAutomatic, isNeeded(index, place, engine, tracks, processes),
                    !engine.wasNeverHeard(at: place)
                {
                    return "it is down and nothing heals it"
                }
            case .proving: break
            }
        }
        return nil
    }

    private func isNeeded(
        _ track: Int, _ place: Int, _ engine: Engine, _ tracks: [HealTrack], _ processes: [ProcessState]
    ) -> Bool {
        guard processes.count > 1 else { return engine.level(at: place) == .down }
        guard track > 0 else { return false }
        if case .acting = tracks[0].phase { return false }
        return processes[track - 1].phase == .exited
    }

    /// A program that is to run and does not, with nobody at it.
    private func programs(_ place: Int, _ engine: Engine) -> String? {
        let processes = engine.processes(at: place)
        guard processes.contains(where: { $0.phase == .idle }), let program = policies[place].program else {
            return nil
        }
        let tracks = engine.tracks(at: place)
        for (number, process) in processes.enumerated() where process.phase == .idle {
            let isBusy = tracks.indices.contains { index in
                guard index == 0 || index == number + 1, case .acting = tracks[index].phase else { return false }
                return true
            }
            if isBusy { continue }
            if let exit = process.lastExit, program.action(for: exit) == .nothing { continue }
            return "process \(number) is not running and nobody starts it"
        }
        return nil
    }
}

extension ProcessState {
    fileprivate var isStopping: Bool { if case .stopping = phase { true } else { false } }

    fileprivate var isStarting: Bool {
        switch phase {
        case .spawning: true
        // A process that is on its way out ends the attempt.
        case .stopping: true
        case .idle, .running, .exited: false
        }
    }
}
