internal import HaleEngine
internal import HaleModel

/// Hale's lives: started, killed, booted anew.
extension SimulationRun {
    mutating func haleStarts(life: Int) {
        guard life == world.life, !world.isHaleUp else { return }
        let (configuration, places) = Self.configuration(scenario, configured)
        let engine = Engine(
            configuration: configuration, restoring: store.contents.records, seed: world.random.next())
        shell = Shell(engine, worldPlaces: places)
        options.observer?.began(engine, at: world.clock.now)
        world.isHaleUp = true
        watch.haleStarts(shell, store, world)
        let report = StartReport(
            version: "1.0", bootID: world.clock.bootID, processes: world.reports(),
            storeSetAside: isSetAside ? "hale.db.damaged" : nil)
        isSetAside = false
        receive(.started(report))
        for place in places where world.components[place].isOwned { world.changeOwner(place, true) }
    }

    mutating func haleEnds(downFor: TimeSpan) {
        world.isHaleUp = false
        world.life += 1
        world.plan(.haleStarts(life: world.life), in: downFor)
    }

    mutating func crash(at point: CrashPoint) {
        watch.crashed(point, world)
        haleEnds(downFor: options.restartsAfterEveryBatch ? .milliseconds(5) : shell.armedFor)
    }

    /// A fault strikes, in the world or in Hale itself.
    mutating func strike(_ fault: Fault) {
        watch.note(world, "fault: \(fault.text(scenario.nameOfComponent))")
        switch fault {
        case .killHale(let point, let waits, let downFor): arm(point, waits, downFor)
        case .reboot(let span, let step):
            if world.isHaleUp { watch.crashed(.idle, world) }
            let losesRecords = world.random.chance(0.5)
            store.losePower(everythingUnflushed: losesRecords)
            world.reboot(world.draw(.seconds(2), .seconds(30)))
            meter?.booted()
            world.clock.stepWall(by: step)
            watch.rebooted(world, lostRecords: losesRecords)
            haleEnds(downFor: span)
        case .wallStep(let span): world.clock.stepWall(by: span)
        case .storeTrouble(let span):
            store.isTroubled = true
            troubledUntil = max(troubledUntil, world.time + span)
            world.plan(.storeMends, in: span)
        case .storeLost(let span):
            if world.isHaleUp { watch.crashed(.idle, world) }
            store.lose()
            isSetAside = true
            haleEnds(downFor: span)
        case .stall(let span): shell.stalledUntil = max(shell.stalledUntil, world.time + span)
        case .order(let order): self.order(order)
        case .configured(let place, let isConfigured): configured[place] = isConfigured
        case .crash, .hang, .crashLoop, .startFailures, .keeperLost, .serviceFails, .slow, .lostAnswers,
            .lostBeats, .cutOff, .networkLost, .errors, .saysGoodbye, .unreadableBeat, .owned, .sleep:
            world.suffer(fault)
            watch.worldMoved(world)
        }
    }

    private mutating func arm(_ point: CrashPoint, _ waits: Bool, _ downFor: TimeSpan) {
        guard world.isHaleUp, shell.armed == nil || point == .idle else { return }
        shell.armedFor = downFor
        guard point != .idle else { return crash(at: .idle) }
        shell.armed = point
        shell.waitsForRemedy = waits
        world.plan(.crashOverdue(life: world.life), in: .minutes(5))
    }
}
