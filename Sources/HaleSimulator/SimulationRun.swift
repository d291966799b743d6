internal import HaleEngine
internal import HaleModel

/// One scenario, played once: world, shell, store, and those who watch.
struct SimulationRun {
    let scenario: Scenario
    let options: SimulationOptions
    var world: World
    var shell: Shell
    var store = SimulatedStore()
    var watch: Watch
    /// Measures what becomes of the components, where that is asked for.
    var meter: Meter?
    /// What it measured, as of the end of the faults.
    private(set) var figures: Figures?
    /// Faults strike before this.
    private var faultsEnd: Instant = .zero
    /// Which components are configured at Hale's next start.
    var configured: [Bool]
    var isSetAside = false
    /// The disk takes nothing before this.
    var troubledUntil: Instant = .zero
    var orders: UInt64 = 0

    init(_ scenario: Scenario, seed: UInt64, options: SimulationOptions) {
        self.scenario = scenario
        self.options = options
        world = World(scenario.components, seed: World.seed(seed))
        configured = scenario.components.map { _ in true }
        for place in scenario.absentAtFirst { configured[place] = false }
        let configuration = Self.configuration(scenario, configured)
        shell = Shell(
            Engine(configuration: configuration.value, restoring: [], seed: seed), worldPlaces: configuration.places)
        watch = Watch(options)
        if options.measures { meter = Meter(world) }
    }

    static func configuration(_ scenario: Scenario, _ configured: [Bool]) -> (value: EngineConfiguration, places: [Int])
    {
        let places = scenario.components.indices.filter { configured[$0] }
        do {
            let value = try EngineConfiguration(
                components: places.map { scenario.components[$0].policy }, healing: scenario.healing,
                references: scenario.references, checksPerHost: scenario.checksPerHost)
            return (value, places)
        } catch {
            preconditionFailure("scenario \(scenario.name): \(error)")
        }
    }

    /// Plays the faults for `duration`, then waits until all is well.
    mutating func play(_ duration: TimeSpan) {
        for (index, fault) in scenario.faults.enumerated() where fault.at < duration {
            world.queue.add(.fault(index), at: .zero + fault.at)
        }
        faultsEnd = .zero + duration
        world.begin()
        haleStarts(life: 0)
        advance(until: faultsEnd)
        meter?.end(at: world.time)
        figures = meter?.figures
        meter = nil
        guard scenario.endsWell, watch.failures.isEmpty else { return }
        waitForHealth()
    }

    private mutating func advance(until end: Instant) {
        while watch.failures.isEmpty, let next = world.queue.earliest, next <= end, let (at, event) = world.queue.pop()
        {
            world.clock.advance(to: at)
            pass(event)
            if meter != nil { tellTurns() }
        }
        world.clock.advance(to: end)
    }

    private mutating func pass(_ event: WorldEvent) {
        guard !world.sleepsThrough(event) else { return world.queue.add(event, at: world.asleepUntil) }
        switch event {
        case .arrives(let life, let input): if life == world.life, world.isHaleUp { receive(input) }
        case .fault(let index):
            if let next = scenario.faults[index].next(after: world.time - .zero), .zero + next < faultsEnd {
                world.queue.add(.fault(index), at: .zero + next)
            }
            strike(scenario.faults[index].fault)
            meter?.look(world)
        case .wake(let life, let number):
            if life == world.life, world.isHaleUp, number == shell.wakeNumber { wake() }
        case .commitEnds(let life): if life == world.life, world.isHaleUp { endCommit() }
        case .retryStore(let life): if life == world.life, world.isHaleUp { retryStore() }
        case .storeMends: if world.time >= troubledUntil { store.isTroubled = false }
        case .crashOverdue(let life):
            if life == world.life, world.isHaleUp, shell.armed != nil { crash(at: .idle) }
        case .haleStarts(let life): haleStarts(life: life)
        case .operatorLooks: operatorLooks()
        default:
            world.pass(event)
            watch.worldMoved(world)
            meter?.look(world)
        }
    }

    private mutating func tellTurns() {
        for turn in meter?.takeTurns() ?? [] {
            watch.note(
                world, "\(world.components[turn.place].id) \(turn.isWell ? "works" : "no longer works")")
        }
    }

    // MARK: After the faults

    private mutating func waitForHealth() {
        // A machine that sleeps wakes in its own time.
        advance(until: max(world.time, world.asleepUntil))
        watch.note(world, "the faults stop")
        world.calm()
        store.isTroubled = false
        shell.stalledUntil = .zero
        let bound = LivenessBound.bound(scenario)
        let end = world.time + bound
        while world.time < end, watch.failures.isEmpty {
            world.plan(.operatorLooks, in: .milliseconds(1))
            advance(until: world.time + .minutes(1))
            if isWell { return }
        }
        guard watch.failures.isEmpty else { return }
        let ailing = shell.worldPlaces.indices.filter { shell.engine.state(at: $0) != .healthy }.map {
            "\(scenario.components[shell.worldPlaces[$0]].policy.id) is \(shell.engine.state(at: $0).rawValue)"
        }
        watch.fail(world, LivenessBound.name, "\(bound) after the last fault: \(ailing.joined(separator: ", "))")
    }

    private var isWell: Bool {
        guard world.isHaleUp else { return false }
        return shell.worldPlaces.indices.allSatisfy { place in
            let state = shell.engine.state(at: place)
            let model = scenario.components[shell.worldPlaces[place]]
            return state == .healthy || (state == .degraded && model.degraded > 0)
        }
    }

    /// A person starts what is stopped and heals by hand what was given up.
    private mutating func operatorLooks() {
        guard world.isHaleUp else { return }
        guard shell.engine.isMonitoring else { return order(.monitoring(true)) }
        for place in shell.worldPlaces.indices {
            let policy = scenario.components[shell.worldPlaces[place]].policy
            if shell.engine.hold(at: place) != nil { order(.resume(policy.id)) }
            if shell.engine.isStopped(at: place) {
                if policy.program != nil { order(.start(policy.id)) }
            } else if policy.heal != nil,
                isGivenUp(place) || (!shell.engine.healsItself(at: place) && isDown(place))
            {
                order(.heal(policy.id))
            }
        }
    }

    /// The component, or one of its processes.
    private func isGivenUp(_ place: Int) -> Bool {
        shell.engine.tracks(at: place).contains { if case .gaveUp = $0.phase { true } else { false } }
    }

    private func isDown(_ place: Int) -> Bool {
        shell.engine.level(at: place) == .down || shell.engine.processes(at: place).contains { $0.phase == .exited }
    }

    mutating func order(_ order: OperatorOrder) {
        guard world.isHaleUp else { return }
        orders += 1
        world.tellHale(.order(id: orders, order), in: world.draw(.zero, .milliseconds(2)))
    }
}
