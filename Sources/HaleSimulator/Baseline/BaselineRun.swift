internal import HaleEngine
internal import HaleModel

/// One scenario played with the naive monitor in Hale's place. What strikes Hale strikes it.
struct BaselineRun {
    private let scenario: Scenario
    private var world: World
    private var monitor: NaiveMonitor
    private(set) var meter: Meter
    private var timeline: Timeline
    private var stalledUntil: Instant = .zero
    private var wakeNumber = 0
    private var plannedWake: Instant?

    init(_ scenario: Scenario, seed: UInt64, keepsTrace: Bool) {
        self.scenario = scenario
        world = World(scenario.components, seed: World.seed(seed))
        monitor = NaiveMonitor(scenario.components.map(\.policy), seed: world.random.next())
        meter = Meter(world)
        timeline = Timeline(isKept: keepsTrace)
    }

    var trace: [String] { timeline.lines }

    mutating func play(_ duration: TimeSpan) -> Figures {
        for (index, fault) in scenario.faults.enumerated() where fault.at < duration {
            world.queue.add(.fault(index), at: .zero + fault.at)
        }
        world.begin()
        starts()
        let end = Instant.zero + duration
        while let next = world.queue.earliest, next <= end, let (at, event) = world.queue.pop() {
            world.clock.advance(to: at)
            pass(event, before: duration)
            tellTurns()
        }
        world.clock.advance(to: end)
        meter.end(at: world.time)
        return meter.figures
    }

    private mutating func pass(_ event: WorldEvent, before duration: TimeSpan) {
        guard !world.sleepsThrough(event) else { return world.queue.add(event, at: world.asleepUntil) }
        switch event {
        case .arrives(let life, let input):
            guard life == world.life, world.isHaleUp else { return }
            guard world.time >= stalledUntil else {
                return world.queue.add(.arrives(life: life, input), at: stalledUntil)
            }
            handle(input)
        case .wake(let life, let number):
            guard life == world.life, world.isHaleUp, number == wakeNumber else { return }
            plannedWake = nil
            if world.time >= stalledUntil { handle(.tick) } else { planWake() }
        case .fault(let index): strike(index, before: duration)
        case .haleStarts(let life):
            guard life == world.life, !world.isHaleUp else { return }
            monitor = NaiveMonitor(scenario.components.map(\.policy), seed: world.random.next())
            starts()
        case .commitEnds, .retryStore, .storeMends, .crashOverdue, .operatorLooks: break
        default:
            world.pass(event)
            meter.look(world)
        }
    }

    private mutating func starts() {
        world.isHaleUp = true
        timeline.add(world.time, "the monitor starts")
        handle(.started(StartReport(version: "", bootID: world.clock.bootID, processes: world.reports())))
    }

    private mutating func handle(_ input: Input) {
        monitor.handle(input, at: world.clock.now)
        for belief in monitor.takeBeliefs() { meter.believes(belief.place, isLost: belief.isLost, at: world.time) }
        for effect in monitor.takeEffects() {
            if effect.touchesTheWorld { timeline.add(world.time, "  \(effect.text)") }
            switch effect {
            case .check(let order): world.begin(order)
            case .process(let order):
                meter.orders(order, world)
                world.obey(order)
                meter.look(world)
            case .remedy(let order):
                meter.orders(order, world)
                world.begin(order)
            case .hook, .answer, .finish: break
            }
        }
        planWake()
    }

    private mutating func planWake() {
        guard let deadline = monitor.nextDeadline, deadline != .distantFuture else { return }
        let at = max(world.clock.time(ofBoot: deadline), stalledUntil, world.time)
        if let plannedWake, plannedWake <= at { return }
        plannedWake = at
        wakeNumber += 1
        world.queue.add(.wake(life: world.life, number: wakeNumber), at: at)
    }

    private mutating func strike(_ index: Int, before duration: TimeSpan) {
        let planned = scenario.faults[index]
        if let next = planned.next(after: world.time - .zero), next < duration {
            world.queue.add(.fault(index), at: .zero + next)
        }
        timeline.add(world.time, "fault: \(planned.fault.text(scenario.nameOfComponent))")
        switch planned.fault {
        case .killHale(_, _, let downFor): ends(downFor)
        case .storeLost(let downFor): ends(downFor)
        case .reboot(let downFor, let step):
            world.reboot(world.draw(.seconds(2), .seconds(30)))
            world.clock.stepWall(by: step)
            meter.booted()
            ends(downFor)
        case .wallStep(let span): world.clock.stepWall(by: span)
        case .stall(let span): stalledUntil = max(stalledUntil, world.time + span)
        case .storeTrouble, .order, .configured: break
        default: world.suffer(planned.fault)
        }
        meter.look(world)
    }

    private mutating func ends(_ downFor: TimeSpan) {
        guard world.isHaleUp else { return }
        world.isHaleUp = false
        world.life += 1
        plannedWake = nil
        world.plan(.haleStarts(life: world.life), in: downFor)
    }

    private mutating func tellTurns() {
        for turn in meter.takeTurns() {
            timeline.add(world.time, "\(world.components[turn.place].id) \(turn.isWell ? "works" : "no longer works")")
        }
    }
}
