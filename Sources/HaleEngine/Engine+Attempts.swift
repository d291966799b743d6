internal import HaleModel

extension Engine {
    // MARK: Beginning

    /// Why an attempt begins.
    enum Occasion {
        case loss
        case retryOfFailed
        case dependency
        case manual
    }

    mutating func begin(_ place: Int, _ track: Int, _ policy: HealPolicy, _ occasion: Occasion) {
        let component = components[place]
        let healing = component.tracks[track]
        let climbs = occasion == .loss || occasion == .manual
        let rung = climbs ? min(healing.rung, policy.rungs.count - 1) : 0
        let isManual = occasion == .manual
        let intent = Intent(
            id: makeID(), component: component.policy.id, instance: track == 0 ? nil : track - 1, rung: rung,
            number: climbs ? healing.attempts + 1 : 1, remedy: policy.rungs[rung].remedy.name,
            reason: reason(for: occasion, component, track), isManual: isManual, began: now.wall)
        let hook = run(.beforeHeal, place, because: intent.reason)
        let attempt = HealAttempt(
            intent: intent, step: hook.map { .asking(hook: $0) } ?? .stopping,
            isRetryOfFailed: occasion == .retryOfFailed, isForDependency: occasion == .dependency)
        budget.begin(place, track)
        components[place].tracks[track].begin(attempt, policy, at: now.boot)
        intents.append(intent)
        if policy.limit != nil {
            require(.power)
            begun.append(HealingBudget.Remedy(place: place, track: track))
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
            let attempts = limit.count == 1 ? "1 attempt" : "\(limit.count) attempts"
            emit(
                .healSuppressed, .warning, intent.component,
                "\(intent.component): the limit of \(attempts) within \(limit.window) is used up; the next is possible in \(frees - now.boot)",
                ["reason": .string(SuppressionReason.limit.rawValue)])
        }
        markDirty(place)
        if hook == nil { act(place, track) }
    }

    func reason(for occasion: Occasion, _ component: ComponentState, _ track: Int) -> String {
        switch occasion {
        case .manual: "ordered by hand"
        case .dependency: component.restartsFor.map { "\($0) was lost and is back" } ?? "a dependency is back"
        case .loss, .retryOfFailed:
            track == 0
                ? component.levelCause.evidence : component.processes[track - 1].lastExit?.description ?? "dead"
        }
    }

    private mutating func act(_ place: Int, _ track: Int) {
        if track == 0 { components[place].restartsFor = nil }
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
        guard let policy = components[place].policy.heal, let attempt = components[place].tracks[track].attempt else {
            return
        }
        tellSuppressed(place, .veto, "\(components[place].policy.id) is not healed: its hook said no (\(message))")
        components[place].tracks[track].veto(policy, at: now.boot, using: &random)
        finishIntent(attempt.intent, .interrupted, "the beforeHeal hook said no: \(message)")
        tellInterrupted(place, attempt, "its beforeHeal hook said no, nothing was done")
        letOthersTry(place)
        enqueue(place)
    }

    // MARK: Acting

    /// The processes that a track is about.
    func processes(of track: Int, _ place: Int) -> Range<Int> {
        track == 0 ? components[place].processes.indices : (track - 1)..<track
    }

    /// The attempt that an effect is limited by, if its ladder has a limit.
    func limited(_ place: Int, _ track: Int) -> UInt64? {
        components[place].policy.heal?.limit == nil ? nil : components[place].tracks[track].attempt?.id
    }

    /// Takes every step of the attempt that can be taken now.
    mutating func proceed(_ place: Int, _ track: Int) {
        while case .acting(let attempt) = components[place].tracks[track].phase,
            let policy = components[place].policy.heal
        {
            let rung = policy.rungs[min(attempt.intent.rung, policy.rungs.count - 1)]
            let numbers = processes(of: track, place)
            switch attempt.step {
            case .asking: return
            case .stopping:
                guard numbers.allSatisfy({ !components[place].processes[$0].isAlive }) else { return }
                if rung.remedy.timeout != nil {
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
            beginStartPeriod(place, check, afterRemedy: true, from: until)
            schedule(place, check, at: until)
        }
        components[place].heartbeat?.begin(afterRemedy: true, at: until)
        scheduleBeat(place)
        components[place].metrics.clear()
        components[place].errors = ErrorRateState(components[place].policy.errorRate)
        components[place].traffic = ErrorRateState(components[place].policy.errorRate)
    }

    private mutating func command(_ place: Int, _ track: Int, _ rung: HealPolicy.Rung, _ attempt: HealAttempt) {
        guard let timeout = rung.remedy.timeout else { return }
        var words: [String]?
        if case .command(let command, _) = rung.remedy { words = command }
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
    mutating func conclude(_ place: Int, _ track: Int) {
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
            } else if components[place].saysNothing {
                abandonAttempt(place, "its checks say nothing")
            }
        case .idle, .waiting, .gaveUp, .relieved: break
        }
    }

    private mutating func succeed(_ place: Int, _ track: Int) {
        guard let policy = components[place].policy.heal, let attempt = components[place].tracks[track].attempt else {
            return
        }
        components[place].tracks[track].succeed(policy, at: now.boot, using: &random)
        restartStability(place)
        close(attempt, place, failure: nil)
        markDirty(place)
    }

    mutating func fail(_ place: Int, _ track: Int, _ message: String) {
        guard let policy = components[place].policy.heal, let attempt = components[place].tracks[track].attempt else {
            return
        }
        let aftermath = components[place].tracks[track].fail(policy, at: now.boot, using: &random)
        close(attempt, place, failure: message)
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

    /// The attempt is over: that is recorded, told, and others may try.
    private mutating func close(_ attempt: HealAttempt, _ place: Int, failure: String?) {
        let intent = attempt.intent
        let outcome = failure == nil ? "worked" : "did not help"
        let why = failure.map { ": \($0)" } ?? ""
        finishIntent(intent, failure == nil ? .succeeded : .failed, failure)
        emit(
            failure == nil ? .healSucceeded : .healFailed, failure == nil ? .recovery : .failure, intent.component,
            "\(intent.component): \(intent.remedy) \(outcome) (attempt \(intent.number))\(why)",
            ["intent": .number(Double(intent.id))])
        recoveries.record(worked: failure == nil, at: now.boot)
        run(.afterHeal, place, because: "\(intent.remedy) \(outcome)\(why)")
        letOthersTry(place)
    }

    mutating func finishIntent(_ intent: Intent, _ outcome: Intent.Outcome, _ message: String?) {
        guard intent.outcome == nil else { return }  // interrupted: that stands, whatever evidence says of it later
        var finished = intent
        finished.ended = now.wall
        finished.outcome = outcome
        finished.message = message
        intents.append(finished)
    }

    /// The attempt under way has lost its point.
    ///
    /// - Parameter first: the first of the tracks that it is about.
    mutating func abandonAttempt(_ place: Int, _ reason: String, from first: Int = 0) {
        for track in components[place].tracks.indices.dropFirst(first) {
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
            budget.begin(place, track)
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
                for check in components[place].checks.indices where track == 0 {
                    schedule(place, check, at: until)
                    prolongStartPeriod(place, check, from: until)
                }
            } else if attempt.step == .stopping,
                processes(of: track, place).allSatisfy({ components[place].processes[$0].isRunning }),
                !components[place].processes.isEmpty
            {
                // What came after was not recorded: the keeper has started it anew since.
                move(place, track, to: .starting)
            } else if attempt.step == .starting {
                for number in processes(of: track, place) where components[place].processes[number].phase == .idle {
                    startProcess(place, number, limited: limited(place, track))
                }
            }
        }
    }
}
