internal import HaleModel
internal import HaleResilience

extension Engine {
    /// What a person orders. The answer is given once its record is durable.
    mutating func obey(_ order: OperatorOrder, id: UInt64) {
        do throws(OrderRefusal) {
            if case .endingPrograms = shutdown, case .shutdown(programs: true) = order { return accept(id, hurry()) }
            guard shutdown == .none else { throw OrderRefusal(.unavailable, "Hale is shutting down") }
            switch order {
            case .check(let component): try check(component, order: id)
            case .heal(let component): accept(id, try healByHand(component))
            case .start(let component): accept(id, try startByHand(component))
            case .stop(let component): accept(id, try stopByHand(component))
            case .pause(let component): accept(id, try pauseByHand(component))
            case .maintenance(let component, let span): accept(id, try maintain(component, for: span))
            case .resume(let component): accept(id, try resumeByHand(component))
            case .reset(let component): accept(id, try resetByHand(component))
            case .resetBreaker(let component, let check): accept(id, try resetBreaker(component, check))
            case .acknowledge(let component, let note): accept(id, try acknowledge(component, note))
            case .silence(let component, let span): accept(id, try silence(component, for: span))
            case .endSilence(let component): accept(id, try endSilence(component))
            case .autoHeal(let component, let isOn): accept(id, try setAutoHeal(component, isOn))
            case .monitoring(let isOn): accept(id, try setMonitoring(isOn))
            case .note(let component, let message, let details): accept(id, try note(component, message, details))
            case .explain(let component):
                out.durable.append((.answer(order: id, .explained(explain(try known(component)))), nil))
            case .shutdown(let programs): accept(id, shutDown(programs: programs))
            }
        } catch {
            out.durable.append((.answer(order: id, .refused(error)), nil))
        }
    }

    private mutating func accept(_ id: UInt64, _ message: String) {
        require(.power)
        out.durable.append((.answer(order: id, .accepted(message)), nil))
    }

    func known(_ component: ComponentID) throws(OrderRefusal) -> Int {
        guard let place = place(of: component) else {
            throw OrderRefusal(.unknownComponent, "there is no component '\(component)'")
        }
        return place
    }

    // MARK: Checks

    private mutating func check(_ component: ComponentID?, order: UInt64) throws(OrderRefusal) {
        let places = if let component { [try known(component)] } else { Array(components.indices) }
        if let component, places.allSatisfy({ components[$0].checks.isEmpty }) {
            throw OrderRefusal(.conflict, "\(component) has no check")
        }
        if let component, components[places[0]].isStopped {
            throw OrderRefusal(.conflict, "\(component) is stopped; start it first")
        }
        if let component, monitoringStoppedAt != nil { throw notMonitoring(component) }
        if let component, components[places[0]].isPaused { throw paused(component) }
        var pending = 0
        for place in places where !components[place].isStopped && !components[place].isPaused {
            for index in components[place].checks.indices {
                guard components[place].checkOrders.count < Self.maxPendingCheckOrders else {
                    throw OrderRefusal(
                        .unavailable, "too many forced checks of \(components[place].policy.id) are under way")
                }
                components[place].checkOrders.append(.init(order: order, check: index, run: nil))
                pending += 1
                runCheck(place, index, forced: true)
            }
            enqueue(place)
        }
        checkResults[order] = CheckResults(remaining: pending, results: [])
        if pending == 0 { finishCheckOrder(order) }
    }

    static let maxPendingCheckOrders = 256

    mutating func fulfilCheckOrders(_ place: Int, _ check: Int, run: UInt64, _ result: HealthCheckResult) {
        guard !components[place].checkOrders.isEmpty else { return }
        let component = components[place].policy.id
        let done = components[place].checkOrders.filter { $0.check == check && $0.run == run }
        components[place].checkOrders.removeAll { $0.check == check && $0.run == run }
        for item in done {
            let policy = components[place].checks[check].policy
            let checked = CheckedComponent(component: component, check: policy.name, result: policy.judged(result))
            checkResults[item.order]?.results.append(checked)
            checkResults[item.order]?.remaining -= 1
            if checkResults[item.order]?.remaining == 0 { finishCheckOrder(item.order) }
        }
    }

    private mutating func finishCheckOrder(_ order: UInt64) {
        guard let results = checkResults.removeValue(forKey: order)?.results else { return }
        let sorted = results.sorted { ($0.component, $0.check) < ($1.component, $1.check) }
        out.durable.append((.answer(order: order, .checked(sorted)), nil))
    }

    /// Nothing more will come of forced checks of this component.
    mutating func dropCheckOrders(_ place: Int) {
        for item in components[place].checkOrders {
            checkResults[item.order]?.remaining -= 1
            if checkResults[item.order]?.remaining == 0 { finishCheckOrder(item.order) }
        }
        components[place].checkOrders.removeAll()
    }

    // MARK: Healing and programs

    /// Manual heals begin anew (C4): they count against the limit but are not stopped by it, nor by any wait.
    private mutating func healByHand(_ component: ComponentID) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard let policy = components[place].policy.heal else {
            throw OrderRefusal(.conflict, "\(component) has no remedy; give it `heal:` or `run:`")
        }
        guard !components[place].isStopped else {
            throw OrderRefusal(.conflict, "\(component) is stopped; `hale start \(component)` starts it")
        }
        guard monitoringStoppedAt == nil else { throw notMonitoring(component) }
        guard !components[place].isPaused else { throw paused(component) }
        guard configuration.healing.mode == .act else {
            throw OrderRefusal(.conflict, "Hale only observes (healing.mode: observe); it touches nothing (H10)")
        }
        if let owner = components[place].foreignOwner {
            throw OrderRefusal(.conflict, "\(owner) owns \(component); Hale does not touch it (H7)")
        }
        guard components[place].tracks.allSatisfy({ !$0.isActing }) else {
            throw OrderRefusal(.conflict, "a remedy of \(component) is already at work")
        }
        if storeTrouble != nil, policy.limit != nil {
            throw OrderRefusal(
                .unavailable, "the store can't be written, and \(component) has a limit of attempts (H9)")
        }
        abandonAttempt(place, "ordered anew by hand")
        for index in components[place].tracks.indices { components[place].tracks[index].beginAnew() }
        emit(.operator, .info, component, "\(component): heal ordered by hand")
        begin(place, 0, policy, .manual)
        enqueue(place)
        return "\(component): \(policy.rungs[0].remedy.name) begins"
    }

    private mutating func startByHand(_ component: ComponentID) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard components[place].policy.program != nil else { throw notRun(component, "start") }
        guard components[place].isStopped else {
            let hint = components[place].level == .down ? "; `hale heal \(component)` restarts it" : ""
            throw OrderRefusal(.conflict, "\(component) is not stopped\(hint)")
        }
        guard !components[place].isPaused else { throw paused(component) }
        emit(.operator, .info, component, "\(component): start ordered by hand")
        leaveStop(place)
        for check in components[place].checks.indices {
            components[place].checks[check].memory.source = SourceState()
            components[place].checks[check].memory.breaker.reset()
            beginStartPeriod(place, check)
            schedule(place, check, at: now.boot + min(.seconds(1), components[place].checks[check].policy.recheck))
        }
        for number in components[place].processes.indices {
            components[place].processes[number].discharge()
            components[place].processes[number].hasFinished = false
        }
        startIdlePrograms(place)
        return "\(component) is being started"
    }

    private mutating func stopByHand(_ component: ComponentID) throws(OrderRefusal) -> String {
        let place = try known(component)
        guard components[place].policy.program != nil else { throw notRun(component, "stop") }
        guard !components[place].isStopped else { throw OrderRefusal(.conflict, "\(component) is already stopped") }
        emit(.operator, .info, component, "\(component): stop ordered by hand")
        dropCheckOrders(place)
        for number in components[place].processes.indices { stopProcess(place, number) }
        setStopped(place, because: "stopped by hand")
        return "\(component) is being stopped"
    }

    private func paused(_ component: ComponentID) -> OrderRefusal {
        OrderRefusal(.conflict, "\(component) is paused; `hale resume \(component)` first")
    }

    private func notMonitoring(_ component: ComponentID) -> OrderRefusal {
        OrderRefusal(
            .conflict, "monitoring is stopped; `hale monitoring start` before anything is done to \(component)")
    }

    private func notRun(_ component: ComponentID, _ verb: String) -> OrderRefusal {
        OrderRefusal(.conflict, "\(component) is not run by Hale (it has no `run:`), so there is nothing to \(verb)")
    }

    // MARK: Shutdown

    var shutdownAllowsWork: Bool { if case .none = shutdown { true } else { false } }

    private mutating func shutDown(programs: Bool) -> String {
        guard programs else {
            finish("Hale stops; its programs go on")
            return "Hale stops; its programs go on and are adopted at the next start"
        }
        shutdown = .endingPrograms
        for place in components.indices {
            abandonAttempt(place, "Hale is being shut down with its programs")
            for number in components[place].processes.indices {
                stopProcess(place, number)
                components[place].processes[number].discharge()
            }
            if !components[place].processes.isEmpty { markDirty(place) }
        }
        finishShutdownIfEnded()
        return "Hale ends its programs and stops"
    }

    /// What was given time to end is killed.
    private mutating func hurry() -> String {
        for component in components {
            guard let policy = component.policy.program else { continue }
            for (number, process) in component.processes.enumerated() where process.isAlive {
                let order = ProcessOrder.stop(
                    component.instance(number), launch: process.launch, signal: policy.stopSignal, timeout: .zero)
                out.durable.append((.process(order), nil))
            }
        }
        return "Hale kills its programs and stops"
    }

    mutating func finishShutdownIfEnded() {
        guard case .endingPrograms = shutdown,
            components.allSatisfy({ $0.processes.allSatisfy { !$0.isAlive } })
        else { return }
        for component in components {
            for number in component.processes.indices {
                out.durable.append((.process(.retire(component.instance(number))), nil))
            }
        }
        finish("Hale stopped, and its programs with it")
    }

    private mutating func finish(_ message: String) {
        shutdown = .finished
        checkpoint()
        emit(.haleStopped, .info, nil, message)
        out.durable.append((.finish, nil))
    }

    // MARK: The store

    mutating func storeTroubleChanged(_ reason: String?) {
        guard (reason == nil) != (storeTrouble == nil) else {
            storeTrouble = reason
            return
        }
        storeTrouble = reason
        if let reason {
            emit(
                .storeTroubleBegan, .failure, nil,
                "The store can't be written (\(reason)): watching goes on, remedies with limits wait",
                ["reason": .string(reason)])
        } else {
            emit(.storeTroubleEnded, .recovery, nil, "The store can be written again")
        }
        for place in components.indices where components[place].policy.heal != nil { enqueue(place) }
    }
}
