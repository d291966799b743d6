internal import HaleModel

extension Engine {
    mutating func enqueue(_ place: Int) {
        guard !components[place].isQueued else { return }
        components[place].isQueued = true
        queue.add(place, rank: configuration.graph.ranks[place])
    }

    /// Looks again at every component that something happened to, and at those that depend on it, until nothing moves.
    mutating func settle() {
        repeat { drain() } while wakesOthers()
    }

    /// What healing as a whole makes of it: panic begins or ends.
    private mutating func wakesOthers() -> Bool {
        updatePanic()
        return !queue.isEmpty
    }

    private mutating func drain() {
        // What it depends on, near or far, is looked at first, so that none is healed for what a dependency lacks.
        while let place = queue.popFirst() {
            components[place].isQueued = false
            relieveIfWell(place)
            updateState(place)
            if heal(place) { updateState(place) }
            updateBlocking(place)
            recount(place)
        }
    }

    mutating func updateState(_ place: Int) {
        components[place].judgedAt = now.boot
        guard !components[place].isPaused else { return }
        let stopReason = stopReasons[place]
        let (state, cause) = ask(place) { $0.judgedState(stopReason) }
        let former = components[place].state
        let wasLost = components[place].lastUsable == false
        guard state != former, shutdownAllowsWork else {
            if components[place].cause != cause {
                components[place].cause = cause
                markViewStale(place)
            }
            return
        }
        let id = components[place].policy.id
        components[place].state = state
        components[place].since = now
        components[place].cause = cause
        if let usable = state.isUsable {
            if components[place].lastUsable == !usable { noteFlapping(place) }
            components[place].lastUsable = usable
        }
        if state == .healthy { components[place].acknowledgement = nil }
        updateStability(place)
        for dependent in configuration.graph.dependents[place] { enqueue(dependent) }
        if let group = components[place].policy.group {
            for member in groups[group.name] ?? [] where member != place { enqueue(member) }
        }
        markDirty(place)
        emit(
            .stateChanged, severity(from: former, to: state, wasLost: wasLost), id,
            "\(id) is \(state.rawValue): \(cause.evidence)",
            [
                "from": .string(former.rawValue), "to": .string(state.rawValue), "rule": .string(cause.rule.rawValue),
                "evidence": .string(cause.evidence),
            ])
    }

    private func severity(from former: HealthState, to state: HealthState, wasLost: Bool) -> EventSeverity {
        switch state {
        case .down, .failed: .failure
        case .healthy: (former == .unknown || former == .starting) && !wasLost ? .info : .recovery
        case .unhealthy: .warning
        case .degraded: former.isUsable == false || former == .recovering ? .recovery : .change
        case .unknown, .starting, .recovering, .restarting: .change
        }
    }

    /// Attempts are forgiven after health was kept for `stableFor`.
    private mutating func updateStability(_ place: Int) {
        guard let heal = components[place].policy.heal else { return }
        switch components[place].state {
        case .healthy, .degraded:
            guard components[place].stableSince == nil else { return }
            components[place].stableSince = now.boot
            deadlines[components[place].stableSlot] = now.boot + heal.stableFor
        case .unknown, .starting, .unhealthy, .down, .recovering, .restarting, .failed:
            components[place].stableSince = nil
            deadlines[components[place].stableSlot] = nil
        }
    }

    /// Stability counts from here on: something was lost and mended meanwhile.
    mutating func restartStability(_ place: Int) {
        guard let heal = components[place].policy.heal else { return }
        components[place].stableSince = now.boot
        deadlines[components[place].stableSlot] = now.boot + heal.stableFor
    }

    mutating func forgive(_ place: Int) {
        for index in components[place].tracks.indices where components[place].tracks[index].hasUnforgiven {
            let isDead = index > 0 && !components[place].processes[index - 1].isAlive
            guard components[place].tracks[index].attempt == nil, !isDead else {
                restartStability(place)
                continue
            }
            components[place].tracks[index].forgive()
            markDirty(place)
        }
        enqueue(place)
    }

    /// A component blocks those that depend on it while it is not well (H5); when it is well again they are checked at once.
    private mutating func updateBlocking(_ place: Int, isNews: Bool = true) {
        let blocks = ask(place) { $0.blocksDependents }
        guard blocks != components[place].blocks else { return }
        components[place].blocks = blocks
        for dependent in configuration.graph.dependents[place] {
            if isNews { dependencyChanged(dependent, on: place, isLost: blocks) }
            updateBlocked(dependent)
        }
    }

    /// What the edge says: hooks around the loss, and a restart when the other is well again.
    private mutating func dependencyChanged(_ place: Int, on other: Int, isLost: Bool) {
        let id = components[other].policy.id
        guard let edge = components[place].policy.dependsOn.first(where: { $0.on == id }) else { return }
        if edge.pauses, !components[place].isStopped {
            run(
                isLost ? .onPause : .onResume, place,
                because: "\(id) is \(components[other].state.rawValue): \(components[other].cause.evidence)")
        }
        guard edge.restarts, !components[place].isStopped, components[place].policy.heal?.isAutomatic == true else {
            return
        }
        let isBack = !isLost && components[other].state.isUsable == true && !components[place].tracks[0].hasGivenUp
        components[place].restartsFor = isBack ? id : nil
        markDirty(place)
        enqueue(place)
    }

    /// What blocks at the start of Hale is known before any component is healed. What was so before is no news.
    mutating func restoreBlocking() {
        for place in components.indices { updateBlocking(place, isNews: false) }
        for place in components.indices {
            updateState(place)
            updateBlocking(place)
        }
    }

    private mutating func updateBlocked(_ place: Int) {
        let blocked = configuration.graph.dependencies[place].contains {
            components[$0].blocks || components[$0].isBlocked
        }
        guard blocked != components[place].isBlocked else { return }
        components[place].isBlocked = blocked
        markViewStale(place)
        if !blocked { askAnew(place) }
        enqueue(place)
        for dependent in configuration.graph.dependents[place] { updateBlocked(dependent) }
    }

    /// The components that block this one, themselves not blocked by another: the roots.
    func blockers(of place: Int) -> [ComponentID] {
        guard components[place].isBlocked else { return [] }
        var roots: Set<ComponentID> = []
        var seen: Set<Int> = []
        var open = configuration.graph.dependencies[place]
        while let next = open.popLast() {
            guard seen.insert(next).inserted else { continue }
            if components[next].isBlocked {
                open += configuration.graph.dependencies[next]
            } else if components[next].blocks {
                roots.insert(components[next].policy.id)
            }
        }
        return roots.sorted()
    }
}

extension ComponentState {
    /// C1, overridden by what belongs to the component itself: stopped, restarting, failed.
    fileprivate func judgedState(_ stopReason: String?) -> (HealthState, Cause) {
        if isStopped { return (.unknown, Cause(.c5, stopReason ?? "stopped on purpose")) }
        if let phase = tracks.first?.phase {
            switch phase {
            case .gaveUp: return (.failed, gaveUpCause)
            case .acting(let attempt): return (.restarting, Self.actingCause(attempt))
            case .idle, .waiting, .proving, .relieved: break
            }
        }
        if hasSeveralProcesses, processLevel == .down {
            let others = tracks.dropFirst()
            if let acting = others.first(where: \.isActing)?.attempt { return (.restarting, Self.actingCause(acting)) }
            if !others.isEmpty, others.allSatisfy(\.hasGivenUp) { return (.failed, gaveUpCause) }
        }
        let level = level
        return (level.state, cause(of: level))
    }

    private static func actingCause(_ attempt: HealAttempt) -> Cause {
        Cause(.c3, "\(attempt.intent.remedy), attempt \(attempt.intent.number): \(attempt.intent.reason)")
    }

    private var gaveUpCause: Cause {
        let evidence = levelCause
        return Cause(.c4, "Hale gave up; \(evidence.evidence)", events: evidence.events)
    }

    fileprivate var blocksDependents: Bool {
        switch state {
        case .down, .failed, .restarting, .recovering: true
        case .starting: lastUsable == false
        case .unknown: isStopped
        case .healthy, .degraded, .unhealthy: false
        }
    }
}
