internal import HaleModel
internal import HaleResilience

extension Engine {
    /// Rule C9: where the engine itself stood still, evidence is given the time back; limits, cooldowns, breaker pauses
    /// and waits of healing are not.
    mutating func noticeStall(at moment: Moment) {
        // What was overdue when the engine last ran is due since then and not longer.
        guard let due = deadlines.earliest.map({ max($0, now.boot) }), moment.boot - due > Self.stallLimit else {
            return
        }
        let late = moment.boot - due
        for (slot, timer) in timers.enumerated() {
            guard let instant = deadlines[slot] else { continue }
            switch timer {
            case .run(let component, let check):
                if isBreakerPause(component, check) { continue }
                deadlines[slot] = instant + late
            case .startPeriod, .judgement: deadlines[slot] = instant + late
            case .heal, .stable, .checkpoint, .beat, .rates, .hold, .flapping, .silence: continue
            }
        }
        for place in components.indices where components[place].heartbeat != nil {
            components[place].heartbeat?.postpone(by: late)
            scheduleBeat(place)
        }
        for place in components.indices {
            for index in components[place].checks.indices { components[place].checks[index].run?.isDoubtful = true }
        }
        now = moment
        emit(
            .haleStalled, .warning, nil, "Hale stood still for \(late): deadlines of evidence are moved by that much",
            ["late_seconds": .number(late.seconds)])
    }

    private func isBreakerPause(_ component: Int, _ check: Int) -> Bool {
        if case .open = components[component].checks[check].memory.breaker.state {
            components[component].checks[check].run == nil
        } else {
            false
        }
    }

    mutating func fireDeadlines() {
        while let slot = deadlines.popDue(at: now.boot) {
            switch timers[slot] {
            case .run(let component, let check): runDeadline(component, check)
            case .startPeriod(let component, let check): startPeriodDeadline(component, check)
            case .heal(let component, _): enqueue(component)
            case .stable(let component): forgive(component)
            case .beat(let component): judgeSilence(component)
            case .rates(let component): ratesMoved(component)
            case .hold(let component): holdEnded(component)
            case .flapping(let component): flappingEnded(component)
            case .judgement(let component): judgePending(component, patienceIsOver: true)
            case .silence(let component): silenceEnded(component)
            case .checkpoint: checkpoint()
            }
        }
    }

    /// The wall time of an instant that lies ahead or behind, for people.
    func wall(_ instant: Instant) -> WallTime { now.wall + (instant - now.boot) }
}
