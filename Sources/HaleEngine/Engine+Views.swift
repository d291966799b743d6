public import HaleModel
internal import HaleResilience

extension Engine {
    public var componentCount: Int { components.count }
    /// The newest event that was ever emitted.
    public var lastEventID: EventID { lastEvent }

    /// The view of the component at a place, as of the last input.
    public func view(at place: Int) -> ComponentView {
        let component = components[place]
        let tags = tags(of: component, at: place)
        return ComponentView(
            id: component.policy.id, layer: component.policy.layer, labels: component.policy.labels,
            isVital: component.policy.isVital, dependsOn: component.policy.dependsOn.map(\.on), state: component.state,
            since: component.since.wall, cause: component.cause, tags: tags, blockedBy: blockers(of: place),
            checks: component.checks.map(view), instances: instanceViews(component), heal: healView(component),
            restartCount: component.restartCount, healthScore: healthScore(component),
            heartbeat: heartbeatView(component), metrics: component.metrics.values,
            heldUntil: component.hold?.until.map(wall), acknowledgement: component.acknowledgement,
            silencedUntil: component.silencedUntil.map(wall))
    }

    private func tags(of component: ComponentState, at place: Int) -> [Tag] {
        var tags: [Tag] = []
        if let hold = component.hold { tags.append(hold.tag) }
        if component.isBlocked { tags.append(.blocked) }
        if component.flapping.isFlapping { tags.append(.flapping) }
        if component.isStopped { tags.append(.stopped) }
        let saysNothing = component.checks.contains { $0.memory.last?.verdict == .inconclusive }
        if saysNothing || (doubtSince != nil && hasRemoteSource(place)) { tags.append(.inconclusive) }
        return tags
    }

    private func heartbeatView(_ component: ComponentState) -> HeartbeatView? {
        guard let policy = component.policy.heartbeat, let beat = component.heartbeat else { return nil }
        return HeartbeatView(
            level: beat.level, cause: beat.cause(policy, at: now.boot), last: beat.lastBeatAt, message: beat.message,
            progress: beat.progress, total: beat.total)
    }

    private func view(_ check: CheckState) -> CheckView {
        let memory = check.memory
        let breaker: BreakerView =
            switch memory.breaker.state {
            case .closed: .closed
            case .open(let until, _): .open(until: wall(until))
            case .halfOpen: .halfOpen
            }
        return CheckView(
            name: memory.name, kind: check.policy.kind, level: check.level, cause: memory.cause,
            message: memory.last?.message, details: memory.last?.details ?? [:], lastVerdict: memory.last?.verdict,
            lastRun: memory.last?.at, latency: memory.last?.latency, consecutiveFailures: memory.source.failures,
            consecutiveSuccesses: memory.source.successes, total: memory.total, failures: memory.failures,
            recent: memory.recent, latencies: memory.latencies, breaker: breaker,
            next: check.run == nil ? deadlines[check.runSlot].map(wall) : nil, isRunning: check.run != nil)
    }

    private func instanceViews(_ component: ComponentState) -> [InstanceView] {
        component.processes.enumerated().map { number, process in
            let (phase, pid): (InstanceView.Phase, Int32?) =
                switch process.phase {
                case .idle: (.idle, nil)
                case .spawning: (.starting, nil)
                case .running(let pid): (.running, pid)
                case .stopping(let pid): (.stopping, pid)
                case .exited: (.exited, nil)
                }
            return InstanceView(
                number: number, phase: phase, pid: pid, since: process.since, lastExit: process.lastExit,
                restarts: process.restarts)
        }
    }

    private func healView(_ component: ComponentState) -> HealView? {
        guard let policy = component.policy.heal, let track = presentTrack(component) else { return nil }
        var waitsBy: Cause?
        let phase: HealView.Phase
        switch track.phase {
        case .idle, .relieved: phase = .idle
        case .waiting(let wait):
            phase = .waiting
            waitsBy = Cause(wait.rule, wait.rule.summary)
        case .acting: phase = .acting
        case .proving: phase = .proving
        case .gaveUp:
            phase = .gaveUp
            waitsBy = Cause(.c4, Rule.c4.summary)
        }
        var suppressed: SuppressionReason?
        if case .waiting(let wait) = track.phase { suppressed = wait.suppression }
        let isWaiting = phase == .waiting || phase == .gaveUp
        return HealView(
            phase: phase, attempts: track.attempts,
            retries: policy.rungs[min(track.rung, policy.rungs.count - 1)].retries,
            rung: track.rung, rungs: policy.rungs.count, nextAttempt: isWaiting ? track.deadline.map(wall) : nil,
            waitsBy: waitsBy, suppressed: suppressed, isAutomatic: policy.isAutomatic)
    }

    /// The track that has most to say.
    private func presentTrack(_ component: ComponentState) -> HealTrack? {
        component.tracks.first { $0.isActing } ?? component.tracks.first { $0.phase != .idle } ?? component.tracks.first
    }
}
