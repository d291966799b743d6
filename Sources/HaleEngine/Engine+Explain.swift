internal import HaleModel
internal import HaleResilience

extension Engine {
    /// By which rule a component is what it is, and what happens next and when.
    func explain(_ place: Int) -> Explanation {
        let component = components[place]
        return Explanation(
            component: component.policy.id, state: component.state, since: component.since.wall, cause: component.cause,
            lines: lines(component, place), next: next(component, place))
    }

    private func lines(_ component: ComponentState, _ place: Int) -> [Explanation.Line] {
        var lines: [Explanation.Line] = component.checks.map {
            .init("check \($0.policy.name)", $0.level.rawValue, $0.memory.cause)
        }
        for (number, process) in component.processes.enumerated() {
            let subject = component.hasSeveralProcesses ? "process \(number)" : "process"
            switch process.phase {
            case .running(let pid): lines.append(.init(subject, "runs as \(pid)", Cause(.s6, "alive")))
            case .exited:
                lines.append(
                    .init(
                        subject, process.lastExit?.description ?? "ended",
                        Cause(.s6, "dead", events: process.exitEvent.map { [$0] } ?? [])))
            case .idle:
                let exit = process.lastExit.map { ", last exit: \($0)" } ?? ""
                lines.append(.init(subject, "is not running\(exit)"))
            case .spawning: lines.append(.init(subject, "is being started"))
            case .stopping: lines.append(.init(subject, "is being stopped"))
            }
        }
        if let policy = component.policy.heartbeat, let beat = component.heartbeat {
            lines.append(.init("heartbeat", beat.level.rawValue, beat.cause(policy, at: now.boot)))
        }
        for (origin, rates) in [(OperationCounts.Origin.errors, component.errors), (.traffic, component.traffic)]
        where rates.isLive {
            let level = rates.level(component.policy.errorRate)
            lines.append(.init(origin.rawValue, level.rawValue, rates.cause(component.policy.errorRate, origin)))
        }
        if let (level, cause) = component.metrics.worst(component.policy.limits) {
            lines.append(.init("metrics", level.rawValue, cause))
        }
        if component.flapping.isFlapping {
            lines.append(.init("flapping", "changes between usable and unusable", Cause(.c7, Rule.c7.summary)))
        }
        if doubtSince != nil, hasRemoteSource(place) {
            lines.append(.init("network", "remote sources say nothing", Cause(.c10, Rule.c10.summary)))
        }
        if let owner = component.foreignOwner {
            lines.append(.init("owner", owner, Cause(.h7, Rule.h7.summary)))
        }
        if let note = component.acknowledgement {
            lines.append(.init("acknowledged", note.isEmpty ? "by hand" : note))
        }
        let blockers = blockers(of: place)
        if !blockers.isEmpty {
            lines.append(
                .init("blocked", "by \(blockers.map(\.name).joined(separator: ", "))", Cause(.h5, Rule.h5.summary)))
        }
        for (index, track) in component.tracks.enumerated() where track.hasUnforgiven || track.attempt != nil {
            guard let policy = component.policy.heal else { continue }
            let subject = index == 0 ? "healing" : "healing of process \(index - 1)"
            let rung = policy.rungs[min(track.rung, policy.rungs.count - 1)]
            lines.append(
                .init(
                    subject,
                    "\(track.attempts) of \(rung.retries) attempts \(track.isImagined ? "would be " : "")used, step \(track.rung + 1) of \(policy.rungs.count) (\(rung.remedy.name))",
                    Cause(.h1, "forgiven after \(policy.stableFor) of health")))
        }
        return lines
    }

    private func next(_ component: ComponentState, _ place: Int) -> [Explanation.Next] {
        let next = ends(of: component) + heals(of: component, place) + component.checks.flatMap(runs)
        return next.sorted { ($0.at ?? now.wall) < ($1.at ?? now.wall) }
    }

    /// What holds for a while, and until when.
    private func ends(of component: ComponentState) -> [Explanation.Next] {
        var next: [Explanation.Next] = []
        if component.isUnwatched {
            next.append(.init("monitoring is stopped: until `hale monitoring start`", at: nil, rule: .c6))
        }
        if let hold = component.hold {
            next.append(
                .init(
                    "\(hold.tag.rawValue): \(hold.until == nil ? "until `hale resume \(component.policy.id)`" : "ends")",
                    at: hold.until.map(wall), rule: .c6))
        }
        for judgement in component.judgements {
            next.append(
                .init(
                    "judgement: waits for what its dependencies and references say", at: wall(judgement.until),
                    rule: .c8))
        }
        if let at = deadlines[component.slots.beat] {
            next.append(.init("heartbeat: its age says more", at: wall(at), rule: .s3))
        }
        if let at = deadlines[component.slots.rates] {
            next.append(.init("error rate: its window moves on", at: wall(at), rule: .s4))
        }
        if let at = deadlines[component.slots.flapping] {
            next.append(.init("flapping: over if nothing changes", at: wall(at), rule: .c7))
        }
        if let at = component.silencedUntil { next.append(.init("silence: ends", at: wall(at))) }
        if component.isStopped {
            let isRun = component.policy.program != nil
            next.append(
                .init(
                    isRun
                        ? "start: `hale start \(component.policy.id)` ends the stop"
                        : "its next heartbeat, or a good check, ends the stop", at: nil, rule: .c5))
        }
        return next
    }

    private func heals(of component: ComponentState, _ place: Int) -> [Explanation.Next] {
        var next: [Explanation.Next] = []
        for (index, track) in component.tracks.enumerated() {
            let what = index == 0 ? "heal" : "restart of process \(index - 1)"
            switch track.phase {
            case .idle, .relieved: break
            case .waiting(let wait):
                next.append(
                    .init("\(what): waits, \(words(for: wait, place))", at: wait.until.map(wall), rule: wait.rule))
            case .acting(let attempt): next.append(contentsOf: upcoming(attempt, what))
            case .proving: next.append(.init("\(what): evidence decides whether it worked", at: nil, rule: .c3))
            case .gaveUp(nil, _):
                next.append(.init("\(what): gave up, `hale heal` begins anew", at: nil, rule: .c4))
            case .gaveUp(let retryAt?, nil):
                next.append(.init("\(what): tried once more", at: wall(retryAt), rule: .c4))
            case .gaveUp(let retryAt?, let wait?):
                next.append(
                    .init(
                        "\(what): would be tried once more, but waits, \(words(for: wait, place)); looks again",
                        at: wall(retryAt), rule: wait.rule))
            }
        }
        if let heal = component.policy.heal, !heal.isAutomatic, component.level == .down {
            next.append(.init("heal: automatic healing is off; `hale heal \(component.policy.id)` does it", at: nil))
        }
        if component.policy.heal == nil, component.level == .down {
            next.append(.init("no remedy is configured: it stays down until it is good again", at: nil, rule: .c4))
        }
        if component.tracks.contains(where: \.hasUnforgiven), let at = deadlines[component.stableSlot] {
            next.append(.init("attempts are forgiven", at: wall(at), rule: .h1))
        }
        return next
    }

    private func runs(of check: CheckState) -> [Explanation.Next] {
        var next: [Explanation.Next] = []
        if check.waitsForHost != nil {
            next.append(
                .init(
                    "check \(check.policy.name): waits for its turn at \(check.policy.host ?? "its host")", at: nil)
            )
        } else if check.run != nil {
            next.append(.init("check \(check.policy.name): running", at: nil))
        } else if let at = deadlines[check.runSlot] {
            var what = "check \(check.policy.name)"
            if case .open = check.memory.breaker.state { what += ": its circuit is open, it kept failing" }
            next.append(.init(what, at: wall(at)))
        }
        if let at = deadlines[check.startSlot] {
            next.append(.init("check \(check.policy.name): its start period ends", at: wall(at), rule: .c2))
        }
        return next
    }

    private func words(for wait: HealTrack.Wait, _ place: Int) -> String {
        wait.suppression.map { reason(for: $0, place) } ?? wait.rule.summary
    }

    private func upcoming(_ attempt: HealAttempt, _ what: String) -> [Explanation.Next] {
        switch attempt.step {
        case .asking: [.init("\(what): its beforeHeal hook is asked", at: nil, rule: .c3)]
        case .stopping: [.init("\(what): waits for its program to end", at: nil, rule: .c3)]
        case .settling(let until): [.init("\(what): starts it", at: wall(until), rule: .c3)]
        case .commanding: [.init("\(what): the remedy runs", at: nil, rule: .c3)]
        case .starting: [.init("\(what): its program is being started", at: nil, rule: .c3)]
        case .verifying(let until): [.init("\(what): asks for evidence", at: wall(until), rule: .c3)]
        }
    }
}
