internal import HaleEngine
internal import HaleModel

/// What the runner does: inputs in, records collected, prompt effects at once, commit, then durable effects in order.
extension SimulationRun {
    mutating func receive(_ input: Input) {
        shell.inbox.append((input, world.clock.now))
        planWake(at: world.time + world.draw(.zero, .microseconds(1500)))
    }

    mutating func planWake(at wanted: Instant) {
        let at = max(wanted, shell.stalledUntil, world.time)
        if let planned = shell.plannedWake, planned <= at { return }
        shell.plannedWake = at
        shell.wakeNumber += 1
        world.queue.add(.wake(life: world.life, number: shell.wakeNumber), at: at)
    }

    private mutating func planTick() {
        guard let deadline = shell.engine.nextDeadline, options.defect != .neverTicks else { return }
        planWake(at: world.clock.time(ofBoot: deadline) + world.draw(.zero, .microseconds(200)))
    }

    mutating func wake() {
        guard world.time >= shell.stalledUntil else {
            shell.plannedWake = nil
            planWake(at: shell.stalledUntil)
            return
        }
        shell.plannedWake = nil
        let count = min(shell.inbox.count, 1 + Int(world.random.next() % 8))
        for (input, moment) in shell.inbox.prefix(count) { handle(input, at: moment) }
        shell.inbox.removeFirst(count)
        if shell.inbox.isEmpty {
            let now = world.clock.now
            if let due = shell.engine.nextDeadline, due <= now.boot, options.defect != .neverTicks {
                handle(.tick, at: now)
            }
        }
        endBatch()
        guard world.isHaleUp else { return }
        if !shell.inbox.isEmpty { planWake(at: world.time) }
        planTick()
    }

    private mutating func handle(_ input: Input, at moment: Moment) {
        var step = Step(input: input, at: moment, shell.buffer)
        shell.engine.handle(input, at: moment, into: &shell.buffer)
        if options.observer != nil { shell.steps.append(RecordedStep(.input(input), at: moment)) }
        watch.handled(&step, shell.buffer, shell.engine, world)
        if meter != nil { noteBeliefs(step) }
    }

    /// What Hale takes for lost, and what for well.
    private mutating func noteBeliefs(_ step: Step) {
        meter?.remediesAtWork(shell.engine.remediesAtWork)
        for event in step.events(shell.buffer) where event.kind == .stateChanged {
            guard let id = event.component, let place = world.places[id], case .string(let text)? = event.details["to"],
                let state = HealthState(rawValue: text)
            else { continue }
            meter?.believes(place, isLost: state.isUsable == false, at: world.time)
        }
    }

    private mutating func endBatch() {
        shell.engine.collectRecords(at: world.clock.now, into: &shell.buffer)
        if let observer = options.observer {
            observer.ended(shell.steps, shell.buffer, collected: world.clock.now, &shell.engine)
            shell.steps.removeAll()
        }
        guard !shell.buffer.isEmpty else { return }
        watch.collected(shell.buffer, shell.engine, world)
        let touches = shell.buffer.durable.contains { $0.effect.touchesTheWorld }
        let isWanted = !shell.waitsForRemedy || touches
        if isWanted, shell.armed == .beforePrompt { return crash(at: .beforePrompt) }
        for effect in shell.buffer.prompt {
            watch.carriedOut(effect, nil, store, world)
            if case .check(let order) = effect { world.begin(order) }
        }
        if isWanted, shell.armed == .afterPrompt { return crash(at: .afterPrompt) }
        var batch = shell.takeBatch()
        shell.buffer.removeAll()
        guard !batch.records.isEmpty || !batch.events.isEmpty || !batch.durable.isEmpty else { return }
        if options.defect == .actsBeforeCommit {
            let effects = batch.durable
            batch.durable = []
            shell.commits.append(batch)
            for item in effects { carryOut(item.effect, item.limited) }
        } else {
            shell.commits.append(batch)
        }
        if world.isHaleUp, shell.commits.count == 1 { beginCommit() }
    }

    private mutating func beginCommit() {
        let takes =
            world.random.chance(0.02)
            ? world.draw(.milliseconds(20), .milliseconds(400)) : world.draw(.microseconds(50), .milliseconds(8))
        world.plan(.commitEnds(life: world.life), in: takes)
    }

    mutating func endCommit() {
        guard var batch = shell.commits.first else { return }
        let touches = batch.durable.contains { $0.effect.touchesTheWorld }
        let isWanted = !shell.waitsForRemedy || touches
        if isWanted, shell.armed == .beforeCommit { return crash(at: .beforeCommit) }
        shell.commits.removeFirst()
        if !shell.commits.isEmpty { beginCommit() }
        if store.isTroubled { return commitFailed(batch) }
        if let unwritten = shell.unwritten {
            batch.putBefore(unwritten)
            shell.unwritten = nil
        }
        write(batch)
        if isWanted, shell.armed == .afterCommit { return crash(at: .afterCommit) }
        let stop =
            isWanted && shell.armed == .betweenEffects && batch.durable.count > 1
            ? 1 + Int(world.random.next() % UInt64(batch.durable.count - 1)) : nil
        for (index, item) in batch.durable.enumerated() {
            if index == stop { return crash(at: .betweenEffects) }
            if let attempt = item.limited, shell.refused.contains(attempt) { continue }
            carryOut(item.effect, item.limited)
            guard world.isHaleUp else { return }
        }
        if isWanted, touches, shell.armed == .afterEffects { return crash(at: .afterEffects) }
        if options.restartsAfterEveryBatch, shell.commits.isEmpty, shell.inbox.isEmpty { crash(at: .idle) }
    }

    private mutating func write(_ batch: Batch) {
        var batch = batch
        switch options.defect {
        case .forgetsComponents: batch.records.removeAll { if case .component = $0 { true } else { false } }
        case .forgetsEngine: batch.records.removeAll { if case .engine = $0 { true } else { false } }
        case .losesEvents: if batch.events.count > 1 { batch.events.removeFirst() }
        case nil, .actsBeforeCommit, .ignoresTrouble, .neverTicks, .losesOrders: break
        }
        let before = store.contents.lastEvent
        store.commit(batch)
        watch.committed(batch, after: before, store, world)
        guard shell.hasToldTrouble else { return }
        shell.hasToldTrouble = false
        receive(.storeTrouble(nil))
    }

    /// H9: records are kept, unlimited effects go on, limited ones are refused.
    private mutating func commitFailed(_ batch: Batch) {
        if !shell.hasToldTrouble {
            shell.hasToldTrouble = true
            receive(.storeTrouble("no space left on device"))
        }
        var kept = batch
        kept.durable = []
        if let unwritten = shell.unwritten { kept.putBefore(unwritten) }
        shell.unwritten = kept
        for item in batch.durable {
            if let attempt = item.limited, options.defect != .ignoresTrouble {
                guard shell.refused.insert(attempt).inserted else { continue }
                receive(
                    .remedyRefused(
                        attempt: attempt, component: item.effect.component, reason: "no space left on device"))
            } else {
                carryOut(item.effect, item.limited)
                guard world.isHaleUp else { return }
            }
        }
        planStoreRetry()
    }

    private mutating func planStoreRetry() {
        guard !shell.isRetryPlanned else { return }
        shell.isRetryPlanned = true
        world.plan(.retryStore(life: world.life), in: .seconds(1))
    }

    mutating func retryStore() {
        shell.isRetryPlanned = false
        guard let unwritten = shell.unwritten, shell.commits.isEmpty else { return }
        if store.isTroubled { return planStoreRetry() }
        shell.unwritten = nil
        write(unwritten)
    }

    private mutating func carryOut(_ effect: Effect, _ limited: UInt64?) {
        if options.defect == .losesOrders, case .process(.spawn(_, let launch)) = effect, launch > 1 { return }
        watch.carriedOut(effect, limited, store, world)
        switch effect {
        case .check: break
        case .process(let order):
            meter?.orders(order, world)
            world.obey(order)
            watch.worldMoved(world)
            meter?.look(world)
        case .remedy(let order):
            meter?.orders(order, world)
            world.begin(order)
        case .hook(let order): world.begin(order)
        case .answer: break
        case .finish: haleEnds(downFor: world.draw(.seconds(1), .minutes(1)))
        }
    }
}

extension Effect {
    /// Whether it does anything to a program or a service.
    var touchesTheWorld: Bool {
        switch self {
        case .process, .remedy, .hook: true
        case .check, .answer, .finish: false
        }
    }

    /// The component of an effect that has one.
    var component: ComponentID {
        switch self {
        case .check(let order): order.component
        case .process(let order): order.instance.component
        case .remedy(let order): order.component
        case .hook(let order): order.component
        case .answer, .finish: preconditionFailure("\(self) belongs to no component")
        }
    }
}
