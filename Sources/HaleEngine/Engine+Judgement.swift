internal import HaleModel

extension Engine {
    /// C8: whether a source may enter `down` now. Where results of its dependencies and references are missing that began
    /// after its first failure, they are asked for, and the judgement waits for them, at most one time-out and the moment
    /// in which its result arrives.
    mutating func mayLose(_ place: Int, _ source: Judgement.Source, since: Instant?) -> Bool {
        let since = since ?? now.boot
        let isRemote = isRemote(source, place)
        let missing = missingEvidence(place, since, isRemote)
        guard !missing.isEmpty else { return true }
        var until = now.boot
        for (other, check) in missing {
            until = max(until, now.boot + components[other].checks[check].policy.timeout + Judgement.grace)
            runCheck(other, check, forced: true)
        }
        if let waiting = components[place].judgements.first(where: { $0.source.key == source.key }) {
            until = min(until, waiting.until)
        }
        components[place].judgements.removeAll { $0.source.key == source.key }
        components[place].judgements.append(Judgement(source: source, since: since, isRemote: isRemote, until: until))
        judging.insert(place)
        scheduleJudgement(place)
        return false
    }

    private func isRemote(_ source: Judgement.Source, _ place: Int) -> Bool {
        switch source {
        case .check(let index, _), .startPeriod(let index): components[place].checks[index].policy.isRemote
        case .silence: components[place].policy.heartbeat?.isRemote == true
        case .rates: false
        }
    }

    /// The checks of direct dependencies and references that have said nothing since. What is known to be lost, or is
    /// not asked at present, need not be waited for.
    private func missingEvidence(_ place: Int, _ since: Instant, _ isRemote: Bool) -> [(place: Int, check: Int)] {
        var missing: [(place: Int, check: Int)] = []
        var others = configuration.graph.dependencies[place]
        if isRemote, let references = configuration.referencePlace, references != place { others.append(references) }
        for other in others where runsChecks(other) && !components[other].blocks {
            for (index, check) in components[other].checks.enumerated()
            where check.lastBegan.map({ $0 < since }) ?? true {
                missing.append((other, index))
            }
        }
        return missing
    }

    private mutating func scheduleJudgement(_ place: Int) {
        deadlines[components[place].slots.judgement] = components[place].judgements.map(\.until).min()
    }

    /// Judges what has all it waited for, or has waited long enough.
    mutating func judgePending(_ place: Int, patienceIsOver: Bool) {
        for judgement in components[place].judgements {
            let isReady =
                (patienceIsOver && judgement.until <= now.boot)
                || missingEvidence(place, judgement.since, judgement.isRemote).isEmpty
            guard isReady else { continue }
            components[place].judgements.removeAll { $0.source.key == judgement.source.key }
            judge(place, judgement)
        }
        if components[place].judgements.isEmpty { judging.remove(place) }
        scheduleJudgement(place)
        enqueue(place)
    }

    private mutating func judge(_ place: Int, _ judgement: Judgement) {
        let isDoubted = judgement.isRemote && doubtSince != nil
        switch judgement.source {
        case .check(let check, var ended):
            if isDoubted { ended.verdict = .inconclusive }
            takeResult(ended, place, check)
        case .startPeriod(let check):
            if isDoubted { beginStartPeriod(place, check) } else { endStartPeriod(place, check) }
        case .silence: if !isDoubted { lose(place) }
        case .rates: components[place].holdsRates = false
        }
    }

    /// A good result makes the one that was held back needless.
    mutating func dropJudgement(_ place: Int, _ check: Int) { dropJudgements(place) { $0.isResult(of: check) } }

    /// What was to be judged of a check lies before the start period that begins now.
    mutating func dropJudgements(of check: Int, _ place: Int) { dropJudgements(place) { $0.concerns(check) } }

    private mutating func dropJudgements(_ place: Int, _ isDropped: (Judgement.Source) -> Bool) {
        guard !components[place].judgements.isEmpty else { return }
        components[place].judgements.removeAll { isDropped($0.source) }
        if components[place].judgements.isEmpty { judging.remove(place) }
        scheduleJudgement(place)
    }

    /// Whether a direct dependency fails and is not judged yet: what its dependent needs is not known before.
    func hasUndecidedDependency(_ place: Int) -> Bool {
        configuration.graph.dependencies[place].contains { other in
            components[other].checks.contains {
                ($0.level == .degraded || $0.level == .unhealthy) && $0.memory.source.failures > 0
            }
        }
    }
}
