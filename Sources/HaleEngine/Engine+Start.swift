internal import HaleModel
internal import HaleResilience

extension Engine {
    /// Hale has started: records meet what the keepers say, interrupted attempts are resolved (H8), checks are scheduled
    /// and programs that should run are started.
    mutating func start(_ report: StartReport) {
        precondition(!hasStarted, "an engine is started once")
        hasStarted = true
        let isSameBoot = restored.engine?.bootID == report.bootID
        if let engine = restored.engine {
            rebase(ClockShift(lastSeen: engine.lastSeen, isSameBoot: isSameBoot, now: now))
        }
        bootID = report.bootID
        isEngineDirty = true
        if let path = report.storeSetAside { storeWasSetAside(path) }
        emit(.haleStarted, .info, nil, "Hale \(report.version) started", ["version": .string(report.version)])
        for id in removed { emit(.componentRemoved, .change, id, "\(id) is no longer configured") }
        for place in components.indices { startComponent(place, isSameBoot: isSameBoot) }
        reconcileProcesses(report.processes, isSameBoot: isSameBoot)
        for place in components.indices {
            resumeHealing(place)
            startIdlePrograms(place)
        }
        restoreBlocking()
        // Whether so much is lost that nothing may be healed is known before anything is.
        for place in components.indices { recount(place) }
        updatePanic()
        for place in components.indices { enqueue(place) }
    }

    private mutating func storeWasSetAside(_ path: String) {
        // A loss of power must not bring the limits back as unused.
        require(.power)
        // Ids of lost events must not come again: go on from far above any that was used.
        lastEvent.number = max(lastEvent.number, UInt64(max(now.wall.nanoseconds / 1_000_000, 0)))
        emit(
            .storeSetAside, .warning, nil,
            "The database was damaged and has been set aside as \(path); limits count as used until their windows pass",
            ["path": .string(path)])
        for place in components.indices {
            guard let heal = components[place].policy.heal else { continue }
            for index in components[place].tracks.indices {
                components[place].tracks[index].assumeLimitUsed(heal, at: now.boot)
            }
        }
    }

    private mutating func startComponent(_ place: Int, isSameBoot: Bool) {
        let isKnown = restored.known.contains(place)
        if !isKnown {
            components[place].since = now
            emit(.componentAdded, .info, components[place].policy.id, "\(components[place].policy.id) is watched")
        }
        markDirty(place)
        for check in components[place].checks.indices {
            // Evidence begins anew: start periods that were open, and those of checks that were never seen (C9).
            let level = components[place].checks[check].level
            if level == .starting || (level == .unknown && components[place].checks[check].memory.last == nil) {
                beginStartPeriod(place, check)
            }
            scheduleFirstRun(place, check)
        }
        startHeartbeat(place, isKnown: isKnown)
        if let until = components[place].hold?.until, until <= now.boot { holdEnded(place) }
        let slots = components[place].slots
        deadlines[slots.hold] = components[place].hold?.until
        deadlines[slots.flapping] = components[place].flapping.end(components[place].policy.flapping)
        deadlines[slots.silence] = components[place].silencedUntil
        if let since = components[place].stableSince, let heal = components[place].policy.heal {
            deadlines[components[place].stableSlot] = since + heal.stableFor
        }
    }

    /// Ages begin anew (C9); one that was never heard begins its start period.
    mutating func startHeartbeat(_ place: Int, isKnown: Bool) {
        guard let beat = components[place].heartbeat else { return }
        if !isKnown || !beat.hasBeenHeard || beat.source.level == .starting {
            components[place].heartbeat?.begin(afterRemedy: false, at: now.boot)
        } else {
            components[place].heartbeat?.countAnew(from: now.boot)
        }
        scheduleBeat(place)
    }

    private mutating func reconcileProcesses(_ reports: [ProcessReport], isSameBoot: Bool) {
        var byInstance = Dictionary(reports.map { ($0.instance, $0) }, uniquingKeysWith: { first, _ in first })
        for place in components.indices {
            guard let policy = components[place].policy.program else { continue }
            for number in components[place].processes.indices {
                let instance = components[place].instance(number)
                let report =
                    byInstance.removeValue(forKey: instance)
                    ?? ProcessReport(instance: instance, launch: 0, phase: .absent)
                let actions = components[place].processes[number].reconcile(
                    report, policy, isSameBoot: isSameBoot, at: now)
                perform(actions, place, number)
            }
        }
        for instance in byInstance.keys.sorted() { out.durable.append((.process(.retire(instance)), nil)) }
    }

    /// A first start, which is no heal: programs that never ran, or were ended together with Hale.
    mutating func startIdlePrograms(_ place: Int) {
        guard !components[place].isStopped else { return }
        for number in components[place].processes.indices
        where components[place].processes[number].phase == .idle && !components[place].processes[number].hasFinished
            && !isStartedByAttempt(place, number)
        {
            startProcess(place, number)
        }
    }

    /// Whether an attempt is under way that still comes to the start of a process.
    func isStartedByAttempt(_ place: Int, _ number: Int) -> Bool {
        let tracks = components[place].tracks
        return Set([0, track(for: number, place)]).contains { index in
            guard tracks.indices.contains(index), case .acting(let attempt) = tracks[index].phase else { return false }
            return switch attempt.step {
            case .asking, .stopping, .settling, .commanding, .starting: true
            case .verifying: false
            }
        }
    }
}
