internal import HaleEngine
internal import HaleModel

extension World {
    /// The world's part of a fault; what strikes Hale itself is the run's.
    mutating func suffer(_ fault: Fault) {
        switch fault {
        case .crash(let place, let number, let reason):
            guard hasKeeper(place, number) else { return }
            crash(place, number, reason)
        case .hang(let place):
            guard components.indices.contains(place) else { return }
            hang(place, for: .longest)
        case .crashLoop(let place, let span):
            guard components.indices.contains(place) else { return }
            components[place].crashesUntil = max(components[place].crashesUntil, clock.time + span)
            for number in components[place].keepers.indices { crash(place, number, .code(1)) }
        case .startFailures(let place, let span):
            guard components.indices.contains(place) else { return }
            components[place].unstartableUntil = max(components[place].unstartableUntil, clock.time + span)
        case .keeperLost(let place, let number):
            guard hasKeeper(place, number) else { return }
            loseKeeper(place, number)
        case .serviceFails(let place, let span): failService(place, for: span)
        case .slow, .lostAnswers, .lostBeats, .cutOff: disturb(fault)
        case .networkLost(let span): networkLostUntil = max(networkLostUntil, clock.time + span)
        case .errors(let place, let share, let span):
            guard components.indices.contains(place) else { return }
            components[place].errorShare = worse(share, components[place].errorShare, components[place].errorsUntil)
            components[place].errorsUntil = max(components[place].errorsUntil, clock.time + span)
            if !components[place].reportsErrors { reportErrors(place) }
        case .saysGoodbye(let place): sayGoodbye(place)
        case .unreadableBeat(let place):
            guard components.indices.contains(place), canSpeak(place) else { return }
            tellHale(
                .heartbeatUnreadable(component: components[place].id, reason: "the file is torn"), in: .milliseconds(1))
        case .owned(let place, let span):
            guard components.indices.contains(place) else { return }
            changeOwner(place, true)
            components[place].ownedUntil = max(components[place].ownedUntil, clock.time + span)
            plan(.ownerLeaves(component: place), in: span)
        case .sleep(let span): fallAsleep(for: span)
        case .killHale, .reboot, .wallStep, .storeTrouble, .storeLost, .stall, .order, .configured: break
        }
    }

    /// What lies between a component and Hale. Of two that overlap, the worse holds until both are over.
    private mutating func disturb(_ fault: Fault) {
        switch fault {
        case .slow(let place, let latency, let span) where components.indices.contains(place):
            let before = components[place].slowLatency
            let isSlow = clock.time < components[place].slowUntil
            components[place].slowLatency = latency.flatMap { new in
                isSlow ? before.map { max($0, new) } : new
            }
            components[place].slowUntil = max(components[place].slowUntil, clock.time + span)
        case .lostAnswers(let place, let share, let span) where components.indices.contains(place):
            components[place].answersLost = worse(
                share, components[place].answersLost, components[place].losesAnswersUntil)
            components[place].losesAnswersUntil = max(components[place].losesAnswersUntil, clock.time + span)
        case .lostBeats(let place, let share, let span) where components.indices.contains(place):
            components[place].beatsLost = worse(share, components[place].beatsLost, components[place].losesBeatsUntil)
            components[place].losesBeatsUntil = max(components[place].losesBeatsUntil, clock.time + span)
        case .cutOff(let place, let span) where components.indices.contains(place):
            components[place].cutOffUntil = max(components[place].cutOffUntil, clock.time + span)
        default: break
        }
    }

    private func worse(_ share: Double, _ before: Double, _ until: Instant) -> Double {
        clock.time < until ? max(share, before) : share
    }

    /// A program ends by itself; on a machine that sleeps, as soon as that wakes.
    private mutating func crash(_ place: Int, _ number: Int, _ reason: ProcessExit.Reason) {
        guard case .running(let pid) = components[place].keepers[number].phase else { return }
        guard clock.time < asleepUntil else { return end(place, number, reason) }
        plan(.processEnds(component: place, instance: number, pid: pid, reason), in: .zero)
    }

    private func hasKeeper(_ place: Int, _ number: Int) -> Bool {
        components.indices.contains(place) && components[place].keepers.indices.contains(number)
    }

    /// The world's events that concern no decision of Hale's shell.
    mutating func pass(_ event: WorldEvent) {
        switch event {
        case .processReleased(let place, let number, let launch):
            if components[place].keepers[number].isHeld { release(place, number, launch) }
        case .processReady(let place, let number, let pid):
            if components[place].keepers[number].pid == pid { components[place].keepers[number].isReady = true }
        case .processEnds(let place, let number, let pid, let reason):
            if components[place].keepers[number].pid == pid { end(place, number, reason) }
        case .beatDue(let place): beat(place)
        case .errorsReported(let place): reportErrors(place)
        case .ownerLeaves(let place): if clock.time >= components[place].ownedUntil { changeOwner(place, false) }
        case .serviceMends(let place, let failure):
            guard components[place].failure == failure else { return }
            if components[place].keepers.isEmpty { mend(place) } else { wake(place) }
        case .failureDue(let place): fail(place)
        case .leakFull(let place, let start): burst(place, start)
        case .checkEnds(let life, let order, let latency): endCheck(life, order, latency)
        case .remedyEnds(let life, let order): endRemedy(life, order)
        case .hookEnds(let life, let order): endHook(life, order)
        case .arrives, .fault, .wake, .commitEnds, .retryStore, .storeMends, .crashOverdue, .haleStarts, .operatorLooks:
            break
        }
    }

    /// The faults stop: services mend and programs can run again. What hangs still has to be restarted, unless Hale has no
    /// check to see it by.
    mutating func calm() {
        isCalm = true
        for place in components.indices {
            if components[place].model.policy.checks.isEmpty || components[place].keepers.isEmpty { mend(place) }
            components[place].crashesUntil = .zero
            components[place].unstartableUntil = .zero
            components[place].slowUntil = .zero
            components[place].losesAnswersUntil = .zero
            components[place].losesBeatsUntil = .zero
            components[place].cutOffUntil = .zero
            components[place].errorsUntil = .zero
            if components[place].isOwned { changeOwner(place, false) }
        }
        networkLostUntil = .zero
    }
}
