public import HaleModel
internal import HaleResilience

extension Engine {
    /// Takes another configuration in while running. What did not change keeps its state, history and processes; what is
    /// gone is retired; what is new begins.
    ///
    /// Every view has changed its place afterwards: readers take `view(at:)` for all of `componentCount`.
    ///
    /// - Parameters:
    ///   - restarting: components whose program is another one now: it is stopped and started.
    ///   - summary: what changed, for the event.
    ///   - giver: the name of the token with which it was ordered; `nil` where none was needed.
    public mutating func reconfigure(
        _ configuration: EngineConfiguration, restarting: Set<ComponentID>, summary: String, by giver: String? = nil,
        at moment: Moment, into effects: inout EffectBuffer
    ) {
        swap(&out, &effects)
        orderGiver = giver
        defer {
            orderGiver = nil
            swap(&out, &effects)
        }
        now = Moment(boot: max(moment.boot, now.boot), wall: moment.wall)
        emit(.configLoaded, .change, nil, summary)
        let former = retireFormer(configuration)
        self.configuration = configuration
        rebuild(former)
        for place in components.indices { settleIn(place, former) }
        for id in restarting { restartProgram(id) }
        restoreBlocking()
        for place in components.indices {
            recount(place)
            enqueue(place)
        }
        settle()
        out.changedViews.removeAll()
        for place in staleViews { components[place].isViewStale = false }
        staleViews.removeAll()
    }

    /// A new configuration was no good: the present one stays in force.
    public mutating func rejectConfiguration(
        _ problems: [String], at moment: Moment, into effects: inout EffectBuffer
    ) {
        swap(&out, &effects)
        defer { swap(&out, &effects) }
        now = Moment(boot: max(moment.boot, now.boot), wall: moment.wall)
        emit(
            .configRejected, .warning, nil,
            "The new configuration is refused, the present one stays: \(problems.joined(separator: "; "))",
            ["problems": .array(problems.prefix(100).map(JSONValue.string))])
    }

    /// What was, by id, once that which goes has been let go.
    private struct Former {
        var components: [ComponentID: ComponentState] = [:]
        var deadlines: Deadlines
        var stopReasons: [ComponentID: String] = [:]
    }

    private mutating func retireFormer(_ next: EngineConfiguration) -> Former {
        var former = Former(deadlines: deadlines)
        for place in components.indices {
            let id = components[place].policy.id
            if let policy = next.places[id].map({ next.components[$0] }) {
                retireSurplus(place, policy)
                if policy.heal == nil { abandonAttempt(place, "it is not healed any more") }
                if policy.checks.map(\.name) != components[place].policy.checks.map(\.name) { dropCheckOrders(place) }
            } else {
                abandonAttempt(place, "it is no longer configured")
                dropCheckOrders(place)
                retireSurplus(place, nil)
                emit(.componentRemoved, .change, id, "\(id) is no longer configured")
            }
        }
        flushRecords()
        removed += components.map(\.policy.id).filter { next.places[$0] == nil }
        for place in components.indices {
            former.components[components[place].policy.id] = components[place]
            former.stopReasons[components[place].policy.id] = stopReasons[place]
        }
        return former
    }

    /// Processes beyond what the new policy wants are ended, with their keepers.
    private mutating func retireSurplus(_ place: Int, _ policy: ComponentPolicy?) {
        let wanted = policy?.program?.instances ?? 0
        let tracks = wanted > 1 ? wanted + 1 : min(wanted, 1)
        if policy != nil, components[place].tracks.count > tracks, tracks > 0 {
            abandonAttempt(place, "it has another number of processes", from: tracks)
        }
        for number in components[place].processes.indices where number >= wanted {
            out.durable.append((.process(.retire(components[place].instance(number))), nil))
        }
    }

    /// Records of what changed before, while places still mean what they meant.
    private mutating func flushRecords() {
        for place in unsaved { markDirty(place) }
        unsaved.removeAll(keepingCapacity: true)
        var records = EffectBuffer()
        collectRecords(at: now, into: &records)
        out.records += records.records
    }

    private mutating func rebuild(_ former: Former) {
        deadlines = Deadlines()
        timers = [.checkpoint]
        _ = deadlines.addSlot()
        queue.removeAll()
        judging.removeAll()
        staleViews.removeAll()
        groups.removeAll()
        stopReasons.removeAll()
        hosts = HostQueue()
        budget = HealingBudget()
        tally = SystemTally()
        lostUnblocked = 0
        components.removeAll(keepingCapacity: true)
        if configuration.referencePlace == nil { doubtSince = nil }
        for (place, policy) in configuration.components.enumerated() {
            var component = makeComponent(policy, at: place, restoring: nil)
            if let old = former.components[policy.id] { component.carry(old) }
            components.append(component)
            if let reason = former.stopReasons[policy.id] { stopReasons[place] = reason }
            if let group = policy.group { groups[group.name, default: []].append(place) }
        }
    }

    /// Deadlines of what stayed are carried over; what is new begins.
    private mutating func settleIn(_ place: Int, _ former: Former) {
        let id = components[place].policy.id
        markDirty(place)
        guard let old = former.components[id] else { return begin(place) }
        let slots = components[place].slots
        for (new, before) in zip(slots.heal, old.slots.heal) { deadlines[new] = former.deadlines[before] }
        deadlines[slots.stable] = former.deadlines[old.slots.stable]
        deadlines[slots.rates] = former.deadlines[old.slots.rates]
        deadlines[slots.hold] = components[place].hold?.until
        deadlines[slots.flapping] = components[place].flapping.end(components[place].policy.flapping)
        deadlines[slots.silence] = components[place].silencedUntil
        for check in components[place].checks.indices { settleIn(place, check, old, former) }
        if old.heartbeat == nil { startHeartbeat(place, isKnown: false) } else { scheduleBeat(place) }
        for track in components[place].tracks.indices where components[place].tracks[track].isActing {
            budget.begin(place, track)
        }
        startIdlePrograms(place)
    }

    private mutating func settleIn(_ place: Int, _ check: Int, _ old: ComponentState, _ former: Former) {
        let state = components[place].checks[check]
        guard let before = old.checks.first(where: { $0.policy.name == state.policy.name }) else {
            beginStartPeriod(place, check)
            return scheduleFirstRun(place, check)
        }
        deadlines[state.startSlot] = former.deadlines[before.startSlot]
        if state.level == .starting, deadlines[state.startSlot] == nil { beginStartPeriod(place, check) }
        if state.run != nil {
            if let host = state.policy.host { _ = hosts.enter(host, place, check, limit: .max) }
            deadlines[state.runSlot] = former.deadlines[before.runSlot]
        } else if runsChecks(place) {
            let latest = now.boot + state.policy.interval
            schedule(place, check, at: min(former.deadlines[before.runSlot] ?? now.boot, latest))
        }
    }

    private mutating func begin(_ place: Int) {
        let id = components[place].policy.id
        components[place].since = now
        if !components[place].isReference { emit(.componentAdded, .info, id, "\(id) is watched") }
        for check in components[place].checks.indices {
            beginStartPeriod(place, check)
            scheduleFirstRun(place, check)
        }
        startHeartbeat(place, isKnown: false)
        startIdlePrograms(place)
    }

    /// Ended and started anew with what it is configured to be now; no heal.
    private mutating func restartProgram(_ id: ComponentID) {
        guard let place = place(of: id), !components[place].isStopped else { return }
        for number in components[place].processes.indices { stopProcess(place, number) }
    }
}

extension ComponentState {
    /// Takes over what is known of the same component under its former policy.
    fileprivate mutating func carry(_ old: ComponentState) {
        state = old.state
        since = old.since
        cause = old.cause
        lastUsable = old.lastUsable
        isStopped = old.isStopped && (policy.program != nil || policy.heartbeat != nil)
        stableSince = old.stableSince
        hold = old.hold
        flapping = old.flapping
        restartsFor = policy.heal == nil ? nil : old.restartsFor
        foreignOwner = old.foreignOwner
        acknowledgement = old.acknowledgement
        silencedUntil = old.silencedUntil
        setAutoHeal(old.autoHeal)
        metrics = old.metrics
        if policy.heartbeat != nil { heartbeat = old.heartbeat ?? heartbeat }
        if policy.errorRate == old.policy.errorRate { (errors, traffic) = (old.errors, old.traffic) }
        for index in checks.indices {
            guard var kept = old.checks.first(where: { $0.policy.name == checks[index].policy.name }) else { continue }
            (kept.runSlot, kept.startSlot) = (checks[index].runSlot, checks[index].startSlot)
            kept.waitsForHost = nil
            kept.adopt(checks[index].policy)
            checks[index] = kept
        }
        for number in processes.indices where old.processes.indices.contains(number) {
            processes[number] = old.processes[number]
        }
        for index in tracks.indices where old.tracks.indices.contains(index) { tracks[index] = old.tracks[index] }
        let orders = old.checkOrders.compactMap { order -> CheckOrderInWork? in
            let name = old.checks[order.check].policy.name
            return checks.firstIndex { $0.policy.name == name }.map {
                CheckOrderInWork(order: order.order, check: $0, run: order.run)
            }
        }
        checkOrders = orders
    }
}
