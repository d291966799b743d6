internal import HaleModel
internal import HaleResilience

extension Engine {
    /// First runs are spread, so that thousands never fire together: over at least a second, and half a millisecond for
    /// each timer, of which a component has a handful.
    mutating func scheduleFirstRun(_ place: Int, _ check: Int) {
        guard runsChecks(place) else { return }
        let spread = max(TimeSpan.seconds(1), .milliseconds(Int64(timers.count) / 2))
        let within = min(components[place].checks[check].policy.interval, spread)
        schedule(place, check, at: now.boot + within.scaled(by: random.unit()))
    }

    mutating func schedule(_ place: Int, _ check: Int, at instant: Instant) {
        components[place].checks[check].due = instant
        deadlines[components[place].checks[check].runSlot] = instant
        markViewStale(place)
    }

    /// The checks of a program that is stopped on purpose have nothing to ask; those of a paused component are not wanted.
    func runsChecks(_ place: Int) -> Bool {
        !(components[place].isStopped && components[place].policy.program != nil) && !components[place].isPaused
    }

    /// - Parameter start: when it begins, which may lie ahead; now, if not given.
    mutating func beginStartPeriod(_ place: Int, _ check: Int, afterRemedy: Bool = false, from start: Instant? = nil) {
        dropJudgements(of: check, place)
        let period = components[place].checks[check].policy.startPeriod
        components[place].checks[check].memory.source.begin(afterRemedy: afterRemedy, lasts: period > .zero)
        deadlines[components[place].checks[check].startSlot] = nil
        if components[place].checks[check].level == .starting {
            prolongStartPeriod(place, check, from: start ?? now.boot)
        }
    }

    /// The present start period counts from this instant.
    mutating func prolongStartPeriod(_ place: Int, _ check: Int, from start: Instant) {
        guard components[place].checks[check].level == .starting else { return }
        let end = start + components[place].checks[check].policy.startPeriod
        components[place].checks[check].startEnds = end
        deadlines[components[place].checks[check].startSlot] = end
    }

    mutating func startPeriodDeadline(_ place: Int, _ check: Int) {
        guard components[place].checks[check].level == .starting,
            components[place].checks[check].memory.source.hasHeard
        else { return }  // ends with the first result
        if doubtSince != nil, components[place].checks[check].policy.isRemote { return }  // stands still until it ends
        let since = components[place].checks[check].failingSince
        guard mayLose(place, .startPeriod(check), since: since) else { return }
        endStartPeriod(place, check)
    }

    mutating func endStartPeriod(_ place: Int, _ check: Int) {
        components[place].checks[check].memory.source.startPeriodEnded()
        markDirty(place)
        enqueue(place)
    }

    /// The next run is due, or the present one was lost.
    mutating func runDeadline(_ place: Int, _ check: Int) {
        if let run = ask(place, check, { $0.run?.id }) {
            let lost = HealthCheckResult(
                nil, "the check did not answer", timestamp: now.wall,
                latency: now.boot - components[place].checks[check].due)
            finishCheck(run, place, check, lost)
        } else {
            runCheck(place, check, forced: ask(place, check) { $0.isKnownOnlyByRecord })
        }
    }

    mutating func runCheck(_ place: Int, _ check: Int, forced: Bool) {
        guard runsChecks(place), shutdownAllowsWork else { return }
        guard entersHost(place, check, forced: forced) else { return }
        let id = makeRunID()
        guard let (run, circuit) = components[place].checks[check].begin(id: id, at: now.boot, forced: forced) else {
            if components[place].checks[check].run == nil { leaveHost(place, check) }
            if components[place].checks[check].run == nil {
                schedule(place, check, at: components[place].checks[check].nextRun(after: now.boot, using: &random))
            } else if forced {
                components[place].checks[check].isWantedAgain = true
            }
            return
        }
        let timeout = components[place].checks[check].policy.timeout
        deadlines[components[place].checks[check].runSlot] = now.boot + timeout + CheckPolicy.patience
        markViewStale(place)
        if let circuit { tellCircuit(place, check, circuit) }
        for index in components[place].checkOrders.indices
        where components[place].checkOrders[index].check == check && components[place].checkOrders[index].run == nil {
            components[place].checkOrders[index].run = run.id
        }
        out.prompt.append(
            .check(
                CheckOrder(
                    run: run.id, component: components[place].policy.id,
                    check: components[place].checks[check].policy.name, timeout: timeout)))
    }

    /// At most so many runs against one host at once; the rest wait in line. A check that runs has its place already.
    private mutating func entersHost(_ place: Int, _ check: Int, forced: Bool) -> Bool {
        guard let host = components[place].checks[check].policy.host, components[place].checks[check].run == nil else {
            return true
        }
        if let wasForced = components[place].checks[check].waitsForHost {
            components[place].checks[check].waitsForHost = wasForced || forced
            return false
        }
        if hosts.enter(host, place, check, limit: configuration.checksPerHost) { return true }
        components[place].checks[check].waitsForHost = forced
        deadlines[components[place].checks[check].runSlot] = nil
        return false
    }

    private mutating func leaveHost(_ place: Int, _ check: Int) {
        guard let host = components[place].checks[check].policy.host else { return }
        while let next = hosts.leave(host) {
            guard components.indices.contains(next.place), components[next.place].checks.indices.contains(next.check),
                let forced = components[next.place].checks[next.check].waitsForHost
            else {
                // Whoever waited does not want to any more: its turn passes on.
                _ = hosts.enter(host, next.place, next.check, limit: .max)
                continue
            }
            components[next.place].checks[next.check].waitsForHost = nil
            return runCheck(next.place, next.check, forced: forced)
        }
    }

    /// Forced checks that waited for the run wait for the next one.
    mutating func abandonRun(_ place: Int, _ check: Int) {
        for index in components[place].checkOrders.indices where components[place].checkOrders[index].check == check {
            components[place].checkOrders[index].run = nil
        }
        let wasRunning = components[place].checks[check].run != nil
        components[place].checks[check].abandonRun(at: now.boot, using: &random)
        dropJudgement(place, check)
        if wasRunning { leaveHost(place, check) }
    }

    private mutating func makeRunID() -> UInt64 {
        defer { nextRun += 1 }
        return nextRun
    }

    mutating func finishCheck(_ run: UInt64, _ component: ComponentID, _ name: String, _ result: HealthCheckResult) {
        guard let place = place(of: component), let check = ask(place, { $0.checkIndex(named: name) })
        else { return }
        finishCheck(run, place, check, result)
    }

    private mutating func finishCheck(_ run: UInt64, _ place: Int, _ check: Int, _ result: HealthCheckResult) {
        if doubtSince != nil, components[place].checks[check].policy.isRemote {
            components[place].checks[check].run?.isDoubtful = true
        }
        guard let ended = components[place].checks[check].end(run, result, at: now.boot, using: &random) else {
            return
        }
        if let circuit = ended.circuit { tellCircuit(place, check, circuit) }
        leaveHost(place, check)
        if ended.verdict == .good || ended.verdict == .degraded { dropJudgement(place, check) }
        let since = components[place].checks[check].failingSince
        let isLoss = ask(place, check) { $0.wouldLose(ended) }
        if !isLoss || mayLose(place, .check(check, ended), since: since) { takeResult(ended, place, check) }
        fulfilCheckOrders(place, check, run: run, result)
        if components[place].checks[check].isWantedAgain {
            components[place].checks[check].isWantedAgain = false
            runCheck(place, check, forced: true)
        } else if runsChecks(place) {
            schedule(place, check, at: components[place].checks[check].nextRun(after: now.boot, using: &random))
        }
        resultCame(place)
    }

    mutating func takeResult(_ ended: CheckState.Ended, _ place: Int, _ check: Int) {
        let finding = components[place].checks[check].take(ended)
        tell(finding, place, check)
        if !ended.result.metrics.isEmpty { components[place].metrics.report(ended.result.metrics) }
        if components[place].checks[check].level != .starting {
            deadlines[components[place].checks[check].startSlot] = nil
        } else if now.boot >= components[place].checks[check].startEnds {
            startPeriodDeadline(place, check)
        }
        if finding.levelChanged || finding.failedFirst || finding.passedAgain {
            markDirty(place)
            for dependent in configuration.graph.dependents[place] { enqueue(dependent) }
        } else {
            markCounted(place)
        }
        let isGood = components[place].checks[check].memory.source.failures == 0
        if isGood, ask(place, { $0.heartbeat?.silence == .down }) { judgeSilence(place) }
        if isGood, components[place].isStopped, components[place].policy.program == nil {
            endStop(place, "\(components[place].checks[check].policy.name) is good again")
        }
        if finding.levelChanged || ask(place, { $0.level > .healthy }) { enqueue(place) }
    }

    /// Whoever waits for evidence of this component may have it now.
    private mutating func resultCame(_ place: Int) {
        if place == configuration.referencePlace {
            updateDoubt()
            for waiting in judging.sorted() { judgePending(waiting, patienceIsOver: false) }
            return
        }
        for dependent in configuration.graph.dependents[place] where !components[dependent].judgements.isEmpty {
            judgePending(dependent, patienceIsOver: false)
        }
    }

    private mutating func tell(_ finding: CheckState.Finding, _ place: Int, _ check: Int) {
        guard finding.failedFirst || finding.failureKindChanged || finding.passedAgain else { return }
        let id = components[place].policy.id
        let memory = components[place].checks[check].memory
        let details: [String: JSONValue] = ["check": .string(memory.name)]
        if finding.failedFirst || finding.failureKindChanged {
            components[place].checks[check].memory.failureEvent = emit(
                .checkFailed, .failure, id, "\(id) \(memory.name): \(memory.last?.message ?? "failed")", details)
        }
        if finding.passedAgain {
            components[place].checks[check].memory.failureEvent = nil
            emit(.checkPassed, .recovery, id, "\(id) \(memory.name): \(memory.last?.message ?? "passed")", details)
        }
    }

    mutating func tellCircuit(_ place: Int, _ check: Int, _ change: CircuitBreakerStateMachine.Change) {
        let id = components[place].policy.id
        let name = components[place].checks[check].policy.name
        let details: [String: JSONValue] = ["check": .string(name)]
        switch change {
        case .opened(let until):
            emit(
                .circuitOpened, .warning, id,
                "\(id) \(name): not asked again for \(until - now.boot), it keeps failing", details)
        case .halfOpened:
            emit(.circuitHalfOpened, .info, id, "\(id) \(name): asked again, to see whether it is back", details)
        case .closed: emit(.circuitClosed, .recovery, id, "\(id) \(name): asked as usual again", details)
        }
        markDirty(place)
        enqueue(place)
    }

    /// Before it is healed it is asked: what held healing back may have been what ailed it.
    mutating func askAnew(_ place: Int) {
        components[place].askedAnewAt = now.boot
        checkNow(place)
    }

    /// There is reason to believe that things have changed: breakers half-open and every check runs at once.
    mutating func checkNow(_ place: Int) {
        for check in components[place].checks.indices { runCheck(place, check, forced: true) }
    }
}
