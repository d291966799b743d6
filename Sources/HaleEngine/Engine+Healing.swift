internal import HaleModel
internal import HaleResilience

extension Engine {
    /// Healing of one component goes on as far as it can.
    mutating func heal(_ place: Int) {
        guard let policy = components[place].policy.heal, shutdownAllowsWork else { return }
        for track in components[place].tracks.indices {
            proceed(place, track)
            conclude(place, track)
            consider(place, track, policy)
            // What is due and could not be done has to wait for a change, not for time.
            deadlines[components[place].healSlots[track]] = components[place].tracks[track].deadline.flatMap {
                $0 > now.boot ? $0 : nil
            }
        }
        leaveBudget(place)
    }

    /// Between intent and `verifyAfter` no longer: the next in line may try.
    private mutating func leaveBudget(_ place: Int) {
        guard budget.atWork.contains(place), !components[place].tracks.contains(where: \.isActing) else { return }
        for waiting in budget.end(place) { enqueue(waiting) }
    }

    /// An attempt is over: others of its group may try.
    private mutating func letOthersTry(_ place: Int) {
        leaveBudget(place)
        guard let group = components[place].policy.group, !components[place].hasAttempt else { return }
        for member in groups[group.name] ?? [] where member != place { enqueue(member) }
    }

    // MARK: Deciding

    private func guards(_ place: Int, _ track: Int, _ policy: HealPolicy) -> HealGuards {
        let isSeenExit = isSeenExit(place, track, policy)
        return HealGuards(
            hold: components[place].hold, isBlocked: components[place].isBlocked, isStoreTroubled: storeTrouble != nil,
            isUndecided: !isSeenExit
                && (hasUndecidedDependency(place)
                    || (components[place].restartsFor == nil && components[place].awaitsEvidence)),
            owner: components[place].foreignOwner,
            limitFrees: policy.limit.flatMap { HealTrack.limitFrees($0, components[place].tracks, at: now.boot) },
            isGroupBusy: isGroupBusy(place, track), isPanicking: isPanicking && !isSeenExit,
            isBudgetUsed: !isSeenExit && budget.others(than: place) >= configuration.healing.concurrent,
            isObserving: configuration.healing.mode == .observe)
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
        let guards = guards(place, track, policy)
        let needed = needsHealing(place, track)
        let decision = components[place].tracks[track].consider(isNeeded: needed, policy, guards, at: now.boot)
        if components[place].tracks[track] != before { markDirty(place) }
        switch decision {
        case .nothing: break
        case .wait(let wait, let isNews):
            if isNews { tellWait(place, wait) }
            if wait.suppression == .budget { budget.wait(place) }
        case .attempt where guards.isObserving: observe(place, track, policy)
        case .attempt(let isRetryOfFailed):
            begin(place, track, policy, isManual: false, isRetryOfFailed: isRetryOfFailed)
        case .giveUp:
            tellGaveUp(place, "it was healed as often as allowed, and its health never lasted for \(policy.stableFor)")
        }
    }

    private mutating func observe(_ place: Int, _ track: Int, _ policy: HealPolicy) {
        let id = components[place].policy.id
        let rung = policy.rungs[min(components[place].tracks[track].rung, policy.rungs.count - 1)]
        components[place].tracks[track].observe(policy, at: now.boot, using: &random)
        tellSuppressed(
            place, .observe,
            "\(id): would have done: \(rung.remedy.name), attempt \(components[place].tracks[track].attempts), because \(components[place].levelCause.evidence)"
        )
        markDirty(place)
    }

    /// A component is healed when it is down; one of several processes when it is dead. The two never work at once.
    private func needsHealing(_ place: Int, _ track: Int) -> Bool {
        guard !components[place].isStopped, !components[place].wasNeverHeard else { return false }
        if track == 0, components[place].restartsFor != nil { return true }
        if !components[place].hasSeveralProcesses { return components[place].level == .down }
        if track == 0 {
            return components[place].checksLevel == .down && components[place].processLevel != .down
                && components[place].tracks.dropFirst().allSatisfy { $0.attempt == nil }
        }
        return components[place].processes[track - 1].level == .down && !components[place].tracks[0].isActing
    }

    mutating func relieveIfWell(_ place: Int) {
        for track in components[place].tracks.indices where components[place].tracks[track].hasGivenUp {
            let level = track == 0 ? components[place].level : components[place].processes[track - 1].level
            switch level {
            case .recovering, .healthy, .degraded:
                components[place].tracks[track].relieve()
                markDirty(place)
            case .unknown, .starting, .unhealthy, .down: break
            }
        }
    }

    mutating func begin(_ place: Int, _ track: Int, _ policy: HealPolicy, isManual: Bool, isRetryOfFailed: Bool) {
        let component = components[place]
        let healing = component.tracks[track]
        let rung = isRetryOfFailed ? 0 : min(healing.rung, policy.rungs.count - 1)
        let cause =
            track == 0
            ? component.levelCause : Cause(.s6, component.processes[track - 1].lastExit?.description ?? "dead")
        let intent = Intent(
            id: makeID(), component: component.policy.id, instance: track == 0 ? nil : track - 1, rung: rung,
            number: isRetryOfFailed ? 1 : healing.attempts + 1, remedy: policy.rungs[rung].remedy.name,
            reason: isManual
                ? "ordered by hand" : component.restartsFor.map { "\($0) was lost and is back" } ?? cause.evidence,
            isManual: isManual, began: now.wall)
        let hook = run(.beforeHeal, place, because: intent.reason)
        let attempt = HealAttempt(
            intent: intent, step: hook.map { .asking(hook: $0) } ?? .stopping, isRetryOfFailed: isRetryOfFailed)
        components[place].restartsFor = nil
        budget.begin(place)
        components[place].tracks[track].begin(attempt, policy, at: now.boot)
        intents.append(intent)
        if policy.limit != nil {
            require(.power)
            begun.append((place, track))
        }
        emit(
            .healStarted, .change, intent.component,
            "\(intent.component): \(intent.remedy), attempt \(intent.number), because \(intent.reason)",
            [
                "attempt": .number(Double(intent.number)), "rung": .number(Double(rung)),
                "remedy": .string(intent.remedy),
                "manual": .bool(isManual), "intent": .number(Double(intent.id)),
            ])
        if isManual == false, let limit = policy.limit,
            let frees = HealTrack.limitFrees(limit, components[place].tracks, at: now.boot)
        {
            emit(
                .healSuppressed, .warning, intent.component,
                "\(intent.component): the limit of \(limit.count) attempts within \(limit.window) is used up; the next is possible in \(frees - now.boot)",
                ["reason": .string(SuppressionReason.limit.rawValue)])
        }
        markDirty(place)
        if hook == nil { act(place, track) }
    }

    private mutating func act(_ place: Int, _ track: Int) {
        for number in processes(of: track, place) { stopProcess(place, number, limited: limited(place, track)) }
        proceed(place, track)
    }

    /// The `beforeHeal` hook has nothing against it.
    mutating func allowed(_ place: Int, _ track: Int) {
        move(place, track, to: .stopping)
        act(place, track)
    }

    /// The `beforeHeal` hook said no.
    mutating func vetoed(_ place: Int, _ track: Int, _ message: String) {
        tellSuppressed(place, .veto, "\(components[place].policy.id) is not healed: its hook said no (\(message))")
        fail(place, track, "vetoed by the beforeHeal hook: \(message)")
    }

    // MARK: Acting

    /// The processes that a track is about.
    private func processes(of track: Int, _ place: Int) -> Range<Int> {
        track == 0 ? components[place].processes.indices : (track - 1)..<track
    }

    /// The attempt that an effect is limited by, if its ladder has a limit.
    private func limited(_ place: Int, _ track: Int) -> UInt64? {
        components[place].policy.heal?.limit == nil ? nil : components[place].tracks[track].attempt?.id
    }

    /// Takes every step of the attempt that can be taken now.
    private mutating func proceed(_ place: Int, _ track: Int) {
        while case .acting(let attempt) = components[place].tracks[track].phase,
            let policy = components[place].policy.heal
        {
            let rung = policy.rungs[min(attempt.intent.rung, policy.rungs.count - 1)]
            let numbers = processes(of: track, place)
            switch attempt.step {
            case .asking: return
            case .stopping:
                guard numbers.allSatisfy({ !components[place].processes[$0].isAlive }) else { return }
                if case .command = rung.remedy {
                    move(place, track, to: .commanding)
                    command(place, track, rung, attempt)
                } else {
                    move(place, track, to: .settling(until: now.boot + rung.settle))
                }
            case .settling(let until):
                guard now.boot >= until else { return }
                beginStart(place, track, numbers)
            case .commanding: return
            case .starting:
                // One may have ended for good while others were being started.
                let started = numbers.allSatisfy {
                    components[place].processes[$0].isRunning || components[place].processes[$0].hasFinished
                }
                guard started else { return }
                beginVerification(place, track, rung)
            case .verifying(let until):
                guard now.boot >= until else { return }
                components[place].tracks[track].prove()
                markDirty(place)
                if track == 0 { checkNow(place) }
            }
        }
    }

    private mutating func move(_ place: Int, _ track: Int, to step: HealAttempt.Step) {
        components[place].tracks[track].move(to: step)
        markDirty(place)
    }

    private mutating func beginStart(_ place: Int, _ track: Int, _ numbers: Range<Int>) {
        move(place, track, to: .starting)
        for number in numbers {
            components[place].processes[number].restarts += 1
            startProcess(place, number, limited: limited(place, track))
        }
    }

    /// The remedy has done its part: what was known before says nothing any more, and a start period begins (C2, C3).
    private mutating func beginVerification(_ place: Int, _ track: Int, _ rung: HealPolicy.Rung) {
        let until = now.boot + rung.verifyAfter
        move(place, track, to: .verifying(until: until))
        guard track == 0 else { return }
        for check in components[place].checks.indices {
            abandonRun(place, check)
            beginStartPeriod(place, check, afterRemedy: true)
            schedule(place, check, at: until)
        }
        components[place].heartbeat?.begin(afterRemedy: true, at: now.boot)
        scheduleBeat(place)
        components[place].metrics.clear()
        components[place].errors = ErrorRateState(components[place].policy.errorRate)
        components[place].traffic = ErrorRateState(components[place].policy.errorRate)
    }

    private mutating func command(_ place: Int, _ track: Int, _ rung: HealPolicy.Rung, _ attempt: HealAttempt) {
        guard case .command(let words, let timeout) = rung.remedy else { return }
        let order = RemedyOrder(
            attempt: attempt.id, component: components[place].policy.id, command: words, timeout: timeout,
            state: components[place].state, number: attempt.intent.number, reason: attempt.intent.reason)
        out.durable.append((.remedy(order), attempt.id))
    }

    mutating func remedyFinished(_ attempt: UInt64, _ component: ComponentID, _ outcome: RemedyOutcome) {
        guard let (place, track) = find(attempt, component),
            case .acting(let found) = components[place].tracks[track].phase,
            found.step == .commanding
        else { return }
        switch outcome {
        case .failed(let message): fail(place, track, message)
        case .done: commandEnded(place, track)
        }
        enqueue(place)
    }

    /// After a command the component's own program is started again; where there is none, evidence is asked for.
    private mutating func commandEnded(_ place: Int, _ track: Int) {
        guard let policy = components[place].policy.heal,
            case .acting(let attempt) = components[place].tracks[track].phase
        else { return }
        if components[place].processes.isEmpty {
            beginVerification(place, track, policy.rungs[min(attempt.intent.rung, policy.rungs.count - 1)])
        } else {
            beginStart(place, track, processes(of: track, place))
        }
    }

    mutating func remedyRefused(_ attempt: UInt64, _ component: ComponentID, _ reason: String) {
        guard let (place, track) = find(attempt, component) else { return }
        for number in processes(of: track, place) {
            let order = components[place].processes[number].withdraw(components[place].instance(number))
            if let order { out.durable.append((.process(order), nil)) }
        }
        tellSuppressed(
            place, .store, "\(component): the remedy did not run, its record could not be written (\(reason))")
        fail(place, track, "the store could not be written: \(reason)")
        enqueue(place)
    }

    private func find(_ attempt: UInt64, _ component: ComponentID) -> (Int, Int)? {
        guard let place = place(of: component),
            let track = components[place].tracks.firstIndex(where: { $0.attempt?.id == attempt })
        else { return nil }
        return (place, track)
    }

    // MARK: Concluding

    /// Evidence decides whether an attempt was a success (C3).
    private mutating func conclude(_ place: Int, _ track: Int) {
        guard let attempt = components[place].tracks[track].attempt else { return }
        let numbers = processes(of: track, place)
        let dead = numbers.first { components[place].processes[$0].phase == .exited }.map {
            components[place].processes[$0]
        }
        switch components[place].tracks[track].phase {
        case .acting:
            switch attempt.step {
            case .starting, .verifying:
                if let dead { fail(place, track, dead.lastExit?.description ?? "its process ended") }
            case .asking, .stopping, .settling, .commanding: break
            }
        case .proving:
            if let dead {
                fail(place, track, dead.lastExit?.description ?? "its process ended")
            } else if track == 0, components[place].level == .down {
                fail(place, track, components[place].levelCause.evidence)
            } else if track > 0 || components[place].isProven {
                succeed(place, track)
            }
        case .idle, .waiting, .gaveUp, .relieved: break
        }
    }

    private mutating func succeed(_ place: Int, _ track: Int) {
        guard let policy = components[place].policy.heal, let attempt = components[place].tracks[track].attempt else {
            return
        }
        components[place].tracks[track].succeed(at: now.boot)
        components[place].tracks[track].spaceNext(policy, at: now.boot, using: &random)
        restartStability(place)
        finishIntent(attempt.intent, .succeeded, nil)
        emit(
            .healSucceeded, .recovery, attempt.intent.component,
            "\(attempt.intent.component): \(attempt.intent.remedy) worked (attempt \(attempt.intent.number))",
            ["intent": .number(Double(attempt.id))])
        recoveries.record(worked: true, at: now.boot)
        run(.afterHeal, place, because: "\(attempt.intent.remedy) worked")
        letOthersTry(place)
        markDirty(place)
    }

    private mutating func fail(_ place: Int, _ track: Int, _ message: String) {
        guard let policy = components[place].policy.heal, let attempt = components[place].tracks[track].attempt else {
            return
        }
        let aftermath = components[place].tracks[track].fail(policy, at: now.boot, using: &random)
        finishIntent(attempt.intent, .failed, message)
        emit(
            .healFailed, .failure, attempt.intent.component,
            "\(attempt.intent.component): \(attempt.intent.remedy) did not help (attempt \(attempt.intent.number)): \(message)",
            ["intent": .number(Double(attempt.id))])
        recoveries.record(worked: false, at: now.boot)
        run(.afterHeal, place, because: "\(attempt.intent.remedy) did not help: \(message)")
        letOthersTry(place)
        // After a boot of the machine programs are to run, whatever became of the attempt that stopped them before.
        for number in processes(of: track, place) where components[place].processes[number].phase == .idle {
            startProcess(place, number)
        }
        if aftermath == .gaveUp(isNews: true) {
            tellGaveUp(
                place,
                "\(policy.rungs.count == 1 ? "the remedy" : "every rung of the ladder") was tried as often as allowed")
        }
        markDirty(place)
        enqueue(place)
    }

    private mutating func finishIntent(_ intent: Intent, _ outcome: Intent.Outcome, _ message: String?) {
        guard intent.outcome == nil else { return }  // interrupted: that stands, whatever evidence says of it later
        var finished = intent
        finished.ended = now.wall
        finished.outcome = outcome
        finished.message = message
        intents.append(finished)
    }

    /// The attempt under way has lost its point.
    mutating func abandonAttempt(_ place: Int, _ reason: String) {
        for track in components[place].tracks.indices {
            guard let attempt = components[place].tracks[track].attempt else { continue }
            components[place].tracks[track].phase = .idle
            finishIntent(attempt.intent, .interrupted, reason)
            tellInterrupted(place, attempt, reason)
            letOthersTry(place)
        }
    }

    /// H8: an attempt that was open when Hale ended goes on from its last durable step; a command is never repeated.
    mutating func resumeHealing(_ place: Int) {
        for track in components[place].tracks.indices {
            guard case .acting(let attempt) = components[place].tracks[track].phase else { continue }
            budget.begin(place)
            if case .asking = attempt.step {
                fail(place, track, "Hale ended while the beforeHeal hook ran")
            } else if attempt.step == .commanding {
                finishIntent(attempt.intent, .interrupted, "Hale ended while the command ran")
                components[place].tracks[track].interrupt(
                    holdingFor: attempt.commandTimeout(components[place].policy.heal), at: now.boot)
                tellInterrupted(
                    place, attempt, "Hale ended while the command ran; it is not repeated, evidence decides")
                commandEnded(place, track)
            } else if case .verifying(let until) = attempt.step {
                for check in components[place].checks.indices where track == 0 { schedule(place, check, at: until) }
            } else if attempt.step == .starting {
                for number in processes(of: track, place) where components[place].processes[number].phase == .idle {
                    startProcess(place, number, limited: limited(place, track))
                }
            }
        }
    }

    // MARK: Telling

    private mutating func tellInterrupted(_ place: Int, _ attempt: HealAttempt, _ reason: String) {
        let id = components[place].policy.id
        emit(
            .healInterrupted, .warning, id, "\(id): \(attempt.intent.remedy) was interrupted: \(reason)",
            ["intent": .number(Double(attempt.id))])
        markDirty(place)
    }

    mutating func tellGaveUp(_ place: Int, _ reason: String) {
        let id = components[place].policy.id
        emit(
            .gaveUp, .failure, id, "\(id): Hale gives up, a person is needed: \(reason)",
            ["evidence": .string(components[place].levelCause.evidence)])
        markDirty(place)
    }

    private mutating func tellWait(_ place: Int, _ wait: HealTrack.Wait) {
        guard let reason = wait.suppression else { return }
        let id = components[place].policy.id
        let span = wait.until.map { " for \($0 - now.boot)" } ?? ""
        let why: String
        switch reason {
        case .cooldown: why = "it was healed successfully a short while ago (cooldown)"
        case .limit: why = "the limit of attempts is reached"
        case .blocked:
            why = "it depends on \(blockers(of: place).map(\.name).joined(separator: ", ")), which is not well"
        case .store: why = "the store can't be written (\(storeTrouble ?? "unknown reason"))"
        case .paused: why = "it is paused"
        case .maintenance: why = "it is under maintenance"
        case .owner: why = "\(components[place].foreignOwner ?? "somebody else") owns it"
        case .group: why = "another member of its group is being healed, or too few are healthy"
        case .panic: why = "too many components are down at once (panic)"
        case .budget: why = "\(configuration.healing.concurrent) other remedies are at work"
        case .observe: why = "Hale only observes; it would give up"
        case .veto: why = "its hook said no"
        }
        tellSuppressed(place, reason, "\(id) is not healed\(span): \(why)")
    }

    private mutating func tellSuppressed(_ place: Int, _ reason: SuppressionReason, _ message: String) {
        emit(
            .healSuppressed, reason == .limit ? .warning : .info, components[place].policy.id, message,
            ["reason": .string(reason.rawValue), "rule": .string(reason.rule.rawValue)])
    }
}
