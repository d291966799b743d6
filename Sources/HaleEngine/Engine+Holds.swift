internal import HaleModel

extension Engine {
    /// C6: paused stops checks, maintenance does not; neither heals.
    mutating func hold(_ place: Int, _ hold: Hold) {
        breakOff(place, hold == .paused ? "paused by hand" : "maintenance begins")
        components[place].hold = hold
        deadlines[components[place].slots.hold] = hold.until
        if hold == .paused { stopWatching(place) }
        markDirty(place)
        enqueue(place)
    }

    /// What is under way has lost its point; programs that attempts have stopped, or are about to, are not left lying.
    mutating func breakOff(_ place: Int, _ reason: String) {
        guard components[place].hasAttempt else { return }
        let stopped = components[place].tracks.indices.flatMap { track -> Range<Int> in
            guard case .acting(let attempt) = components[place].tracks[track].phase else { return 0..<0 }
            return switch attempt.step {
            case .stopping, .settling, .commanding: processes(of: track, place)
            case .asking, .starting, .verifying: 0..<0
            }
        }
        abandonAttempt(place, reason)
        for number in stopped where !components[place].isStopped { startProcess(place, number) }
        updateState(place)
    }

    mutating func stopWatching(_ place: Int) {
        dropCheckOrders(place)
        for check in components[place].checks.indices {
            abandonRun(place, check)
            deadlines[components[place].checks[check].runSlot] = nil
            deadlines[components[place].checks[check].startSlot] = nil
        }
        scheduleBeat(place)
    }

    /// Evidence begins anew.
    mutating func goOnWatching(_ place: Int) {
        for check in components[place].checks.indices {
            let level = components[place].checks[check].level
            if level == .starting || level == .unknown { beginStartPeriod(place, check) }
            scheduleFirstRun(place, check)
        }
        components[place].heartbeat?.countAnew(from: now.boot)
        scheduleBeat(place)
    }

    mutating func holdEnded(_ place: Int) {
        guard components[place].hold != nil else { return }
        let id = components[place].policy.id
        emit(.operator, .info, id, "\(id): the maintenance is over")
        release(place)
    }

    /// Time is treated as after a restart of Hale (C9): evidence begins anew, limits do not.
    mutating func release(_ place: Int) {
        let wasPaused = components[place].isPaused
        components[place].hold = nil
        deadlines[components[place].slots.hold] = nil
        if wasPaused, !components[place].isPaused { goOnWatching(place) }
        markDirty(place)
        enqueue(place)
    }

    // MARK: Flapping

    mutating func noteFlapping(_ place: Int) {
        let policy = components[place].policy.flapping
        let id = components[place].policy.id
        if components[place].flapping.changed(policy, at: now.boot) {
            emit(
                .flappingBegan, .warning, id,
                "\(id) is flapping: more than \(policy.changes) changes between usable and unusable within \(policy.window)"
            )
        }
        deadlines[components[place].slots.flapping] = components[place].flapping.end(policy)
    }

    mutating func flappingEnded(_ place: Int) {
        let id = components[place].policy.id
        components[place].flapping.calm()
        emit(.flappingEnded, .info, id, "\(id) is not flapping any more")
        markDirty(place)
    }

    mutating func silenceEnded(_ place: Int) {
        components[place].silencedUntil = nil
        markDirty(place)
    }
}
