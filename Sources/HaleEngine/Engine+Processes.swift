internal import HaleModel
internal import HaleResilience

extension Engine {
    mutating func startProcess(_ place: Int, _ number: Int, limited: UInt64? = nil) {
        guard let order = components[place].processes[number].start(components[place].instance(number)) else { return }
        out.durable.append((.process(order), limited))
        markDirty(place)
    }

    mutating func stopProcess(_ place: Int, _ number: Int, limited: UInt64? = nil) {
        guard let policy = components[place].policy.program,
            let order = components[place].processes[number].stop(components[place].instance(number), policy)
        else { return }
        out.durable.append((.process(order), limited))
        markDirty(place)
    }

    mutating func processChanged(_ report: ProcessReport) {
        guard let place = place(of: report.instance.component),
            components[place].processes.indices.contains(report.instance.number)
        else { return }
        let before = components[place].processes[report.instance.number]
        let actions = components[place].processes[report.instance.number].apply(report, at: now)
        if components[place].processes[report.instance.number] != before { markDirty(place) }
        perform(actions, place, report.instance.number)
    }

    mutating func perform(_ actions: [ProcessState.Action], _ place: Int, _ number: Int) {
        for action in actions {
            markDirty(place)
            switch action {
            case .order(let order): out.durable.append((.process(order), nil))
            case .started(let pid): processStarted(place, number, pid)
            case .exited(let exit, let expected): processExited(place, number, exit, expected: expected)
            }
        }
        enqueue(place)
    }

    private mutating func processStarted(_ place: Int, _ number: Int, _ pid: Int32) {
        let id = components[place].policy.id
        emit(
            .processStarted, .info, id, "\(name(place, number)) runs as process \(pid)",
            ["pid": .number(Double(pid)), "instance": .number(Double(number))])
    }

    private mutating func processExited(_ place: Int, _ number: Int, _ exit: ProcessExit, expected: Bool) {
        let id = components[place].policy.id
        var details: [String: JSONValue] = [
            "instance": .number(Double(number)), "reason": .string(exit.description), "expected": .bool(expected),
        ]
        if let code = exit.code { details["exit_code"] = .number(Double(code)) }
        if let line = exit.lastOutput { details["last_output"] = .string(line) }
        let said = exit.lastOutput.map { expected ? "" : ", last said: \($0)" } ?? ""
        let event = emit(
            .processExited, expected ? .info : .failure, id, "\(name(place, number)) ended: \(exit)\(said)", details)
        components[place].processes[number].exitEvent = event
        if components[place].isStopped || shutdown != .none {
            components[place].processes[number].discharge()
            finishShutdownIfEnded()
        } else if !expected {
            components[place].stableSince = nil
            deadlines[components[place].stableSlot] = nil
            exitedByItself(place, number, exit)
        } else if !isStartedByAttempt(place, number) {
            // Stopped by hand, and started by hand before it had ended.
            components[place].processes[number].discharge()
            startProcess(place, number)
        }
    }

    /// Exit rules decide whether an exit is a loss, an end, or beyond healing.
    private mutating func exitedByItself(_ place: Int, _ number: Int, _ exit: ProcessExit) {
        guard let policy = components[place].policy.program else { return }
        switch policy.action(for: exit) {
        case .restart: break
        case .nothing:
            if components[place].processes.allSatisfy({ !$0.isAlive }) {
                setStopped(
                    place, because: "\(components[place].policy.id) ended by itself (\(exit)) and is not restarted")
            } else {
                components[place].processes[number].discharge()
                components[place].processes[number].hasFinished = true
            }
        case .giveUp:
            guard let heal = components[place].policy.heal else { return }
            abandonAttempt(place, "exit rule: give up")
            components[place].tracks[track(for: number, place)].isBeyondRetry = true
            components[place].tracks[track(for: number, place)].giveUp(heal, at: now.boot)
            tellGaveUp(place, "exit rule for \(exit)")
        }
    }

    /// What people call one process.
    func name(_ place: Int, _ number: Int) -> String {
        let id = components[place].policy.id
        return components[place].hasSeveralProcesses ? "\(id).\(number)" : "\(id)"
    }

    /// Which track heals one process.
    func track(for number: Int, _ place: Int) -> Int {
        components[place].hasSeveralProcesses ? number + 1 : 0
    }

    /// What was stopped on purpose lives again (C5).
    mutating func endStop(_ place: Int, _ reason: String) {
        guard components[place].isStopped else { return }
        let id = components[place].policy.id
        emit(.operator, .info, id, "\(id) is not stopped any more: \(reason)")
        leaveStop(place)
    }

    /// Heartbeats are expected again, as if it had just begun to send them.
    mutating func leaveStop(_ place: Int) {
        components[place].isStopped = false
        stopReasons[place] = nil
        components[place].heartbeat?.begin(afterRemedy: false, at: now.boot)
        scheduleBeat(place)
        markDirty(place)
        enqueue(place)
    }

    /// Stopped on purpose (C5): neither healed nor counted, until it is started.
    mutating func setStopped(_ place: Int, because reason: String) {
        components[place].isStopped = true
        abandonAttempt(place, "stopped on purpose")
        for index in components[place].tracks.indices where components[place].tracks[index].attempt == nil {
            components[place].tracks[index].beginAnew()
        }
        for check in components[place].checks.indices where components[place].policy.program != nil {
            abandonRun(place, check)
            deadlines[components[place].checks[check].runSlot] = nil
            deadlines[components[place].checks[check].startSlot] = nil
        }
        components[place].restartsFor = nil
        scheduleBeat(place)
        for number in components[place].processes.indices { components[place].processes[number].discharge() }
        stopReasons[place] = reason
        markDirty(place)
        enqueue(place)
    }
}
