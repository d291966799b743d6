public import HaleModel
internal import HaleResilience

extension Engine {
    /// Adds the records of all that changed since the last call: once per batch, before it is committed.
    ///
    /// Limits count from `moment`, when the batch is about to be committed, and not from the arrival of the input that led
    /// to an attempt: what waited in the inbox must not let the window end early.
    public mutating func collectRecords(at moment: Moment, into effects: inout EffectBuffer) {
        guard hasUncollectedRecords || !begun.isEmpty || !effects.records.isEmpty else { return }
        for begun in begun { components[begun.place].tracks[begun.track].restampLast(moment.boot) }
        begun.removeAll(keepingCapacity: true)
        for id in removed { effects.records.append(.removed(id)) }
        removed.removeAll(keepingCapacity: true)
        for place in dirty {
            effects.records.append(.component(components[place].takeRecord()))
        }
        dirty.removeAll(keepingCapacity: true)
        for intent in intents { effects.records.append(.intent(intent)) }
        intents.removeAll(keepingCapacity: true)
        if isEngineDirty || !effects.records.isEmpty {
            isEngineDirty = false
            effects.records.append(
                .engine(
                    EngineRecord(
                        bootID: bootID, lastSeen: now, nextID: nextID, lastEvent: lastEvent,
                        monitoringStoppedAt: monitoringStoppedAt)))
        }
    }

    /// Readers are to see the component anew.
    mutating func markViewStale(_ place: Int) {
        guard !components[place].isViewStale else { return }
        components[place].isViewStale = true
        staleViews.append(place)
    }

    mutating func markDirty(_ place: Int) {
        markViewStale(place)
        guard !components[place].isDirty else { return }
        components[place].isDirty = true
        dirty.append(place)
    }

    /// Counters alone changed: they are written at the next checkpoint.
    mutating func markCounted(_ place: Int) {
        markViewStale(place)
        guard !components[place].hasUnsavedCounters else { return }
        components[place].hasUnsavedCounters = true
        unsaved.append(place)
        if deadlines[checkpointSlot] == nil { deadlines[checkpointSlot] = now.boot + Self.checkpointInterval }
    }

    mutating func checkpoint() {
        for place in unsaved {
            components[place].hasUnsavedCounters = false
            markDirty(place)
        }
        unsaved.removeAll(keepingCapacity: true)
    }

    mutating func makeComponent(_ policy: ComponentPolicy, at place: Int, restoring record: ComponentRecord?)
        -> ComponentState
    {
        let checks = policy.checks.enumerated().map { index, check in
            CheckState(
                policy: check, memory: record?.checks.first { $0.name == check.name } ?? CheckMemory(check),
                runSlot: addTimer(.run(component: place, check: index)),
                startSlot: addTimer(.startPeriod(component: place, check: index)))
        }
        let count = policy.program?.instances ?? 0
        let trackCount = policy.heal == nil ? 0 : count > 1 ? 1 + count : 1
        func restored<Element>(_ list: [Element]?, _ count: Int, _ fresh: Element) -> [Element] {
            let kept = (list ?? []).prefix(count)
            return kept + Array(repeating: fresh, count: count - kept.count)
        }
        var component = ComponentState(
            policy: policy, checks: checks, processes: restored(record?.processes, count, ProcessState()),
            tracks: restored(record?.tracks, trackCount, HealTrack()),
            heartbeat: policy.heartbeat.map { _ in record?.heartbeat ?? HeartbeatState(at: now.boot) },
            errors: ErrorRateState(policy.errorRate), traffic: ErrorRateState(policy.errorRate), since: now,
            slots: makeSlots(place, tracks: trackCount))
        component.isReference = place == configuration.referencePlace
        component.isUnwatched = monitoringStoppedAt != nil
        if let record {
            component.state = record.state
            component.since = Moment(boot: now.boot, wall: record.since)
            component.cause = record.cause
            component.lastUsable = record.lastUsable
            component.isStopped = record.isStopped && (policy.program != nil || policy.heartbeat != nil)
            component.stableSince = record.stableSince
            component.hold = record.hold
            component.flapping = record.flapping
            component.restartsFor = record.restartsFor
            component.acknowledgement = record.acknowledgement
            component.silencedUntil = record.silencedUntil
            component.setAutoHeal(record.autoHeal)
        }
        return component
    }

    mutating func makeSlots(_ place: Int, tracks: Int) -> ComponentSlots {
        ComponentSlots(
            heal: (0..<tracks).map { addTimer(.heal(component: place, track: $0)) },
            stable: addTimer(.stable(component: place)), beat: addTimer(.beat(component: place)),
            rates: addTimer(.rates(component: place)), hold: addTimer(.hold(component: place)),
            flapping: addTimer(.flapping(component: place)), judgement: addTimer(.judgement(component: place)),
            silence: addTimer(.silence(component: place)))
    }

    /// Moves the instants of the records to the present clock; breakers forget the calls that were under way.
    mutating func rebase(_ clock: ClockShift) {
        for place in components.indices {
            components[place].stableSince = components[place].stableSince.map(clock.stamp)
            components[place].hold = components[place].hold?.rebased(clock)
            components[place].flapping.rebase(clock)
            components[place].silencedUntil = components[place].silencedUntil.map(clock.deadline)
            for index in components[place].tracks.indices { components[place].tracks[index].rebase(clock) }
            for index in components[place].checks.indices {
                let policy = components[place].checks[index].policy
                components[place].checks[index].memory.breaker = components[place].checks[index].memory.breaker
                    .restored(policy.breaker, shiftingBy: clock.deadline)
            }
        }
    }
}

extension ComponentState {
    /// All of it that outlives Hale, as it is from here on known outside.
    fileprivate mutating func takeRecord() -> ComponentRecord {
        isDirty = false
        return ComponentRecord(
            id: policy.id, state: state, since: since.wall, cause: cause, lastUsable: lastUsable, isStopped: isStopped,
            checks: checks.map { $0.memory }, processes: processes, tracks: tracks, stableSince: stableSince,
            heartbeat: heartbeat, hold: hold, flapping: flapping, restartsFor: restartsFor,
            acknowledgement: acknowledgement, silencedUntil: silencedUntil, autoHeal: autoHeal)
    }
}
