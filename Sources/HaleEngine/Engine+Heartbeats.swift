internal import HaleModel
internal import HaleResilience

extension Engine {
    mutating func heartbeat(_ beat: Heartbeat) {
        guard let place = place(of: beat.component) else { return }
        if beat.isStopping { return sayGoodbye(place) }
        if components[place].isStopped {
            guard components[place].policy.program == nil else { return }
            endStop(place, "a heartbeat came")
        }
        let before = ask(place) { $0.reportedLevel }
        components[place].metrics.report(beat.metrics)
        if let rate = beat.metrics["error_rate"], (0...1).contains(rate) {
            components[place].errors.report(rate: rate, at: now.boot)
            ratesChanged(place)
        }
        if let policy = components[place].policy.heartbeat {
            if components[place].heartbeat?.beat(beat, policy, at: now) == true { heardAgain(place) }
            scheduleBeat(place)
        }
        markCounted(place)
        if ask(place, { $0.reportedLevel != before || $0.level > .healthy }) { enqueue(place) }
    }

    /// A last beat is no alarm (C5). Of what Hale runs itself its exit decides, by its policy; what is being healed may say
    /// it because of that; and of what sends no heartbeats nobody waits for a last one.
    private mutating func sayGoodbye(_ place: Int) {
        let component = components[place]
        guard component.policy.heartbeat != nil, component.policy.program == nil, !component.isStopped,
            !component.tracks.contains(where: \.isActing)
        else { return }
        setStopped(place, because: "it said that it stops")
    }

    /// The first beat after silence: what was not asked any more is asked at once.
    private mutating func heardAgain(_ place: Int) {
        let id = components[place].policy.id
        emit(.heartbeatReceived, .recovery, id, "\(id): a heartbeat came")
        markDirty(place)
        checkNow(place)
    }

    mutating func heartbeatUnreadable(_ component: ComponentID, _ reason: String) {
        emit(.heartbeatUnreadable, .warning, component, "\(component): a heartbeat could not be read: \(reason)")
    }

    mutating func operations(_ counts: OperationCounts) {
        guard let place = place(of: counts.component), counts.succeeded >= 0, counts.failed >= 0 else { return }
        let before = ask(place) { $0.reportedLevel }
        switch counts.origin {
        case .errors: components[place].errors.record(counts, at: now.boot)
        case .traffic: components[place].traffic.record(counts, at: now.boot)
        }
        ratesChanged(place)
        // Good traffic proves that it is back.
        if counts.origin == .traffic, counts.succeeded > counts.failed { retryOpenBreakers(place) }
        if ask(place, { $0.reportedLevel != before || $0.level > .healthy }) { enqueue(place) }
    }

    private mutating func retryOpenBreakers(_ place: Int) {
        for check in components[place].checks.indices {
            if case .open = components[place].checks[check].memory.breaker.state {
                runCheck(place, check, forced: true)
            }
        }
    }

    // MARK: Error rates

    /// C8 for error rates: what they would be the loss of is held at `unhealthy` until dependencies were looked at.
    private mutating func ratesChanged(_ place: Int) {
        let policy = components[place].policy.errorRate
        let isLost = max(components[place].errors.level(policy), components[place].traffic.level(policy)) == .down
        if isLost, components[place].state.isUsable != false, !components[place].holdsRates {
            components[place].holdsRates = !mayLose(place, .rates, since: now.boot)
        } else if !isLost {
            components[place].holdsRates = false
        }
        let isLive = components[place].errors.isLive || components[place].traffic.isLive
        deadlines[components[place].slots.rates] = isLive ? now.boot + policy.window / 10 : nil
    }

    mutating func ratesMoved(_ place: Int) {
        let policy = components[place].policy.errorRate
        components[place].errors.forget(policy, at: now.boot)
        components[place].traffic.forget(policy, at: now.boot)
        ratesChanged(place)
        markViewStale(place)
        enqueue(place)
    }

    // MARK: Silence

    mutating func scheduleBeat(_ place: Int) {
        guard let policy = components[place].policy.heartbeat, let beat = components[place].heartbeat,
            !components[place].isStopped, !components[place].isPaused, doubtSince == nil || !policy.isRemote
        else {
            deadlines[components[place].slots.beat] = nil
            return
        }
        deadlines[components[place].slots.beat] = beat.nextChange(policy, after: now.boot)
    }

    mutating func judgeSilence(_ place: Int) {
        guard let policy = components[place].policy.heartbeat, let beat = components[place].heartbeat else { return }
        let said = beat.judgedSilence(policy, isProvenAlive: isProvenAlive(place, beat), at: now.boot)
        if said == .down, beat.silence != .down {
            setSilence(place, .unhealthy)
            if mayLose(place, .silence, since: beat.countedFrom + policy.late) { lose(place) }
        } else {
            setSilence(place, said)
        }
        scheduleBeat(place)
    }

    private mutating func setSilence(_ place: Int, _ level: SourceLevel) {
        guard components[place].heartbeat?.silence != level else { return }
        components[place].heartbeat?.silence = level
        if level != .healthy, components[place].heartbeat?.source.level == .starting {
            components[place].heartbeat?.source.startPeriodOver()
        }
        markDirty(place)
        enqueue(place)
    }

    /// Silence has lasted too long; unless it was broken while that was judged.
    mutating func lose(_ place: Int) {
        guard let policy = components[place].policy.heartbeat, let beat = components[place].heartbeat else { return }
        setSilence(place, beat.judgedSilence(policy, isProvenAlive: isProvenAlive(place, beat), at: now.boot))
    }

    /// An active check that succeeded since the last beat.
    private func isProvenAlive(_ place: Int, _ beat: HeartbeatState) -> Bool {
        components[place].checks.contains { check in
            check.lastGood.map { $0 > (beat.lastBeat ?? .zero) && $0 > beat.countedFrom } ?? false
        }
    }
}
