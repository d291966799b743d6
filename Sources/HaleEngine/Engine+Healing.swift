internal import HaleModel

extension Engine {
    /// Healing of one component goes on as far as it can. Returns whether there was anything to do or to wait for.
    mutating func heal(_ place: Int) -> Bool {
        guard let policy = components[place].policy.heal, shutdownAllowsWork else { return false }
        defer { leaveBudget(place) }
        guard !rests(place) else {
            for slot in components[place].slots.heal { deadlines[slot] = nil }
            return false
        }
        for track in components[place].tracks.indices {
            proceed(place, track)
            conclude(place, track)
            consider(place, track, policy)
            // What is due and could not be done has to wait for a change, not for time.
            deadlines[components[place].healSlots[track]] = components[place].tracks[track].deadline.flatMap {
                $0 > now.boot ? $0 : nil
            }
        }
        return true
    }

    /// Nothing is wanted of any track, and nothing is under way.
    private mutating func rests(_ place: Int) -> Bool {
        begun.isEmpty
            && ask(place) { component in
                component.tracks.indices.allSatisfy {
                    component.tracks[$0].isAtRest && component.need(of: $0) == .none
                }
            }
    }

    /// Between intent and `verifyAfter` no longer: the next in line may try.
    private mutating func leaveBudget(_ place: Int) {
        for track in components[place].tracks.indices where !components[place].tracks[track].isActing {
            for waiting in budget.end(place, track) { enqueue(waiting) }
        }
    }

    /// An attempt is over: others of its group may try.
    mutating func letOthersTry(_ place: Int) {
        leaveBudget(place)
        guard let group = components[place].policy.group, !components[place].hasAttempt else { return }
        for member in groups[group.name] ?? [] where member != place { enqueue(member) }
    }

    // MARK: Deciding

    private func guards(_ place: Int, _ track: Int, _ policy: HealPolicy) -> HealGuards {
        let isSeenExit = isSeenExit(place, track, policy)
        return HealGuards(
            hold: components[place].effectiveHold, isBlocked: components[place].isBlocked,
            isStoreTroubled: storeTrouble != nil,
            isUndecided: !isSeenExit && (hasUndecidedDependency(place) || awaitsEvidence(place)),
            owner: components[place].foreignOwner,
            isDoubted: !isSeenExit && doubtSince != nil && hasRemoteSource(place),
            limitFrees: policy.limit.flatMap { HealTrack.limitFrees($0, components[place].tracks, at: now.boot) },
            isGroupBusy: isGroupBusy(place, track), isPanicking: isPanicking && !isSeenExit,
            isBudgetUsed: !isSeenExit && budget.atWork.count >= configuration.healing.concurrent,
            isObserving: configuration.healing.mode == .observe)
    }

    /// What is known of it is from before Hale was started, or from while it was blocked or held back, and it is asked anew.
    func awaitsEvidence(_ place: Int) -> Bool {
        components[place].isKnownOnlyByRecord
            || (components[place].restartsFor == nil && components[place].awaitsEvidence)
    }

    /// An exit that the kernel saw needs no second opinion, and to start what is dead harms nobody.
    private func isSeenExit(_ place: Int, _ track: Int, _ policy: HealPolicy) -> Bool {
        return components[place].tracks[track].nextRemedy(policy) == .program
            && processes(of: track, place).contains { components[place].processes[$0].phase == .exited }
    }

    /// H6: members heal one at a time; one that is still usable only while enough others are healthy. What is dead of one
    /// with several processes may be started whatever the others are.
    func isGroupBusy(_ place: Int, _ track: Int) -> Bool {
        guard let group = components[place].policy.group else { return false }
        let others = (groups[group.name] ?? []).filter { $0 != place }
        if others.contains(where: { components[$0].hasAttempt }) { return true }
        guard components[place].state.isUsable == true, track == 0 else { return false }
        return others.count { components[$0].state == .healthy } < group.minHealthy
    }

    /// H4: with more than a share of at least ten unblocked components lost at once, remedies stop.
    mutating func updatePanic() {
        let panics =
            tally.unblocked >= HealingPolicy.panicMinimum
            && Double(lostUnblocked) > configuration.healing.panicAbove * Double(tally.unblocked)
        guard panics != isPanicking else { return }
        isPanicking = panics
        if panics {
            emit(
                .panicBegan, .failure, nil,
                "\(lostUnblocked) of \(tally.unblocked) components are down at once: remedies stop, watching goes on")
        } else {
            emit(.panicEnded, .recovery, nil, "Enough components are well again: remedies go on")
            for place in components.indices where components[place].policy.heal != nil {
                if components[place].level == .down { askAnew(place) }
                enqueue(place)
            }
        }
    }

    mutating func trackLost(_ old: Contribution?, _ new: Contribution) {
        lostUnblocked += (new.isLost ? 1 : 0) - (old?.isLost == true ? 1 : 0)
    }

    private mutating func consider(_ place: Int, _ track: Int, _ policy: HealPolicy) {
        let before = components[place].tracks[track]
        if configuration.healing.mode == .act { components[place].tracks[track].endObserving() }
        // What began in this batch is carried out after its commit: for the limit it began no earlier than now.
        for begun in begun where begun.place == place {
            components[place].tracks[begun.track].restampLast(now.boot)
        }
        let need = ask(place) { $0.need(of: track) }
        // Where nothing is wanted, nothing objects.
        let guards = need == .none ? HealGuards() : guards(place, track, policy)
        let decision = components[place].tracks[track].consider(need, policy, guards, at: now.boot)
        if components[place].tracks[track] != before { markDirty(place) }
        switch decision {
        case .nothing: break
        case .wait(let wait, let isNews):
            if isNews { tellWait(place, wait) }
            if wait.suppression == .budget { budget.wait(place) }
        case .attempt where guards.isObserving: observe(place, track, policy, need)
        case .attempt(let isRetryOfFailed):
            begin(
                place, track, policy,
                isRetryOfFailed ? .retryOfFailed : need == .dependency ? .dependency : .loss)
        case .giveUp:
            tellGaveUp(place, "it was healed as often as allowed, and its health never lasted for \(policy.stableFor)")
        }
    }

    private mutating func observe(_ place: Int, _ track: Int, _ policy: HealPolicy, _ need: HealTrack.Need) {
        let component = components[place]
        let isForDependency = need == .dependency
        let rung = policy.rungs[isForDependency ? 0 : min(component.tracks[track].rung, policy.rungs.count - 1)]
        if isForDependency {
            components[place].tracks[track].phase = .idle
        } else {
            components[place].tracks[track].observe(policy, at: now.boot, using: &random)
        }
        let attempt = isForDependency ? "" : ", attempt \(components[place].tracks[track].attempts)"
        tellSuppressed(
            place, .observe,
            "\(component.policy.id): would have done: \(rung.remedy.name)\(attempt), because \(reason(for: isForDependency ? .dependency : .loss, component, track))"
        )
        components[place].restartsFor = nil
        markDirty(place)
        // It may be lost besides.
        if isForDependency { enqueue(place) }
    }

    mutating func relieveIfWell(_ place: Int) {
        for track in components[place].tracks.indices where components[place].tracks[track].hasGivenUp {
            let level = track == 0 ? components[place].level : components[place].processes[track - 1].level
            switch level {
            case .recovering, .healthy, .degraded, .unhealthy:
                components[place].tracks[track].relieve()
                markDirty(place)
            case .unknown, .starting, .down: break
            }
        }
    }
}

extension ComponentState {
    /// A component is healed when it is down; one of several processes when it is dead. The two never work at once.
    fileprivate func need(of track: Int) -> HealTrack.Need {
        guard !isStopped, !wasNeverHeard else { return .none }
        let isForDependency = track == 0 && restartsFor != nil
        // What was found while the other was not well is no loss of its own.
        if isLost(track), !(isForDependency && awaitsEvidence) { return .loss }
        guard isForDependency else { return .none }
        return tracks.dropFirst().allSatisfy { $0.attempt == nil } ? .dependency : .none
    }

    private func isLost(_ track: Int) -> Bool {
        if !hasSeveralProcesses { return level == .down }
        if track == 0 {
            return checksLevel == .down && processLevel != .down
                && tracks.dropFirst().allSatisfy { $0.attempt == nil }
        }
        return processes[track - 1].level == .down && !tracks[0].isActing
    }
}
