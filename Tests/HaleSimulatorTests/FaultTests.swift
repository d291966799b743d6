import HaleModel
import Testing

@testable import HaleEngine
@testable import HaleSimulator

/// What faults do to the world, alone and when they overlap.
@Suite struct FaultTests {
    private static func service(_ id: ComponentID = "api", isRemote: Bool = false) -> ComponentModel {
        ComponentModel(
            ComponentPolicy(id: id, checks: [CheckPolicy(name: "http", kind: "http", isRemote: isRemote)]))
    }

    private static func program(_ id: ComponentID = "api") -> ComponentModel {
        ComponentModel(ComponentPolicy(id: id, program: ProgramPolicy(), heal: .supervision))
    }

    private func world(_ model: ComponentModel) -> World {
        var world = World([model], seed: 1)
        world.isHaleUp = true
        return world
    }

    /// Plays what is planned in the world; returns what is told to Hale meanwhile.
    private func play(_ world: inout World, to time: TimeSpan) -> [Input] {
        var told: [Input] = []
        while let next = world.queue.earliest, next <= .zero + time, let (at, event) = world.queue.pop() {
            world.clock.advance(to: at)
            if case .arrives(_, let input) = event { told.append(input) } else { world.pass(event) }
        }
        world.clock.advance(to: .zero + time)
        return told
    }

    // MARK: Overlapping

    struct Overlap: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: @Sendable (TimeSpan) -> Fault
        let until: @Sendable (SimulatedComponent) -> Instant

        init(
            _ name: String, _ fault: @escaping @Sendable (TimeSpan) -> Fault,
            _ until: @escaping @Sendable (SimulatedComponent) -> Instant
        ) {
            testDescription = name
            self.fault = fault
            self.until = until
        }
    }

    static let overlaps: [Overlap] = [
        Overlap("slow", { .slow(component: 0, latency: nil, for: $0) }) { $0.slowUntil },
        Overlap("lost answers", { .lostAnswers(component: 0, share: 0.5, for: $0) }) { $0.losesAnswersUntil },
        Overlap("lost beats", { .lostBeats(component: 0, share: 0.5, for: $0) }) { $0.losesBeatsUntil },
        Overlap("cut off", { .cutOff(component: 0, for: $0) }) { $0.cutOffUntil },
        Overlap("errors", { .errors(component: 0, share: 0.5, for: $0) }) { $0.errorsUntil },
        Overlap("crash loop", { .crashLoop(component: 0, for: $0) }) { $0.crashesUntil },
        Overlap("start failures", { .startFailures(component: 0, for: $0) }) { $0.unstartableUntil },
        Overlap("owned", { .owned(component: 0, for: $0) }) { $0.ownedUntil },
    ]

    @Test(arguments: overlaps)
    func aShorterFaultCutsNoLongerOneShort(overlap: Overlap) {
        var world = world(Self.service())
        world.suffer(overlap.fault(.minutes(10)))
        world.suffer(overlap.fault(.minutes(1)))
        #expect(overlap.until(world.components[0]) == .zero + .minutes(10))
        world.suffer(overlap.fault(.minutes(20)))
        #expect(overlap.until(world.components[0]) == .zero + .minutes(20))
    }

    @Test func theWorseOfTwoHolds() {
        var world = world(Self.service())
        world.suffer(.lostAnswers(component: 0, share: 0.9, for: .minutes(10)))
        world.suffer(.lostAnswers(component: 0, share: 0.1, for: .minutes(1)))
        #expect(world.components[0].answersLost == 0.9)
        world.suffer(.slow(component: 0, latency: .seconds(9), for: .minutes(10)))
        world.suffer(.slow(component: 0, latency: .seconds(1), for: .minutes(1)))
        #expect(world.components[0].slowLatency == .seconds(9))
        _ = play(&world, to: .minutes(11))
        world.suffer(.lostAnswers(component: 0, share: 0.1, for: .minutes(1)))
        #expect(world.components[0].answersLost == 0.1)
    }

    @Test func aShortFailureMendsNoLongOne() {
        var world = world(Self.service())
        world.suffer(.serviceFails(component: 0, for: .longest))
        world.suffer(.serviceFails(component: 0, for: .minutes(1)))
        _ = play(&world, to: .hours(1))
        #expect(!world.components[0].isUp)
        world.mend(0)
        world.suffer(.serviceFails(component: 0, for: .minutes(1)))
        _ = play(&world, to: .hours(1) + .minutes(2))
        #expect(world.components[0].isUp)
    }

    @Test func anOwnerLeavesAtTheEndOfTheLongerTime() {
        var world = world(Self.service())
        world.suffer(.owned(component: 0, for: .minutes(10)))
        world.suffer(.owned(component: 0, for: .minutes(1)))
        _ = play(&world, to: .minutes(5))
        #expect(world.components[0].isOwned)
        _ = play(&world, to: .minutes(11))
        #expect(!world.components[0].isOwned)
    }

    @Test func twoErrorFaultsReportOnce() {
        var world = world(Self.service())
        world.suffer(.errors(component: 0, share: 0.5, for: .minutes(1)))
        world.suffer(.errors(component: 0, share: 0.5, for: .minutes(1)))
        let reports = play(&world, to: .minutes(2)).count { if case .operations = $0 { true } else { false } }
        #expect(reports == 12)
    }

    @Test func aShorterStallCutsNoLongerOneShort() {
        let scenario = Scenario("stalled", components: [Self.service()])
        var run = SimulationRun(scenario, seed: 1, options: SimulationOptions(.minutes(30)))
        run.strike(.stall(.minutes(10)))
        run.strike(.stall(.minutes(1)))
        #expect(run.shell.stalledUntil == .zero + .minutes(10))
    }

    @Test func aDiskStaysFullForTheLongerTime() throws {
        let scenario = Scenario(
            "full", components: [Self.program()],
            faults: [
                PlannedFault(.minutes(2), .storeTrouble(for: .minutes(10))),
                PlannedFault(.minutes(3), .storeTrouble(for: .minutes(1))),
                PlannedFault(.minutes(5), .crash(component: 0, instance: 0, .code(1))),
            ])
        let report = Simulation.run(scenario, seed: 1, options: SimulationOptions(.minutes(20), keepsTrace: true))
        #expect(report.failures == [])
        let ended = try #require(report.trace.first { $0.contains("store_trouble_ended") })
        #expect(ended.hasPrefix("0:12:0"))
    }

    // MARK: Sleep

    /// While the machine sleeps nothing happens on it, whether Hale lived before or was about to start again.
    @Test(arguments: [false, true])
    func nothingHappensOnAMachineThatSleeps(isHaleKilled: Bool) {
        var model = Self.program()
        model.failures = FailureModel(every: .minutes(1))
        model.leak = LeakModel(metric: "memory_mb", atStart: 0, perMinute: 10, limit: 100)
        var scenario = Scenario(
            "asleep", components: [model], faults: [PlannedFault(.minutes(10), .sleep(.hours(1)))])
        if isHaleKilled {
            let kill = Fault.killHale(at: .idle, whenHealing: false, downFor: .seconds(2))
            scenario.faults.insert(PlannedFault(.minutes(10) - .milliseconds(1), kill), at: 0)
        }
        scenario.faults.append(PlannedFault(.minutes(30), .crash(component: 0, instance: 0, .code(1))))
        var options = SimulationOptions(.minutes(90), keepsTrace: true)
        options.measures = true
        let report = Simulation.run(scenario, seed: 1, options: options)
        #expect(report.failures == [])
        let asleep = report.trace.filter { line in
            let minutes = line.split(separator: " ")[0].split(separator: ":").prefix(2).compactMap { Int($0) }
            return (10..<70).contains(minutes[0] * 60 + minutes[1])
        }
        #expect(asleep.count == 2)
        #expect(asleep.allSatisfy { $0.contains("fault: ") }, "\(asleep)")
        #expect(report.trace.contains { $0.hasPrefix("1:10:00") && $0.contains("no longer works") })
    }

    @Test func whatIsElsewhereGoesOn() {
        var world = world(Self.service(isRemote: true))
        world.suffer(.serviceFails(component: 0, for: .minutes(5)))
        world.suffer(.sleep(.hours(1)))
        #expect(!world.sleepsThrough(.serviceMends(component: 0, failure: 1)))
        var own = self.world(Self.service())
        own.suffer(.sleep(.hours(1)))
        #expect(own.sleepsThrough(.serviceMends(component: 0, failure: 1)))
    }

    @Test func nothingLeaksWhileTheMachineSleeps() {
        var model = Self.service()
        model.leak = LeakModel(metric: "memory_mb", atStart: 0, perMinute: 10, limit: 100)
        var world = world(model)
        world.begin()
        _ = play(&world, to: .minutes(5))
        world.suffer(.sleep(.hours(1)))
        _ = play(&world, to: .minutes(65))
        #expect(world.leaked(0) == ["memory_mb": 50])
        _ = play(&world, to: .minutes(69))
        #expect(world.components[0].isUp)
        _ = play(&world, to: .minutes(71))
        #expect(!world.components[0].isUp)
    }

    // MARK: What gets through

    enum Silence: CaseIterable { case cutOff, asleep, down, noNetwork }

    @Test(arguments: Silence.allCases)
    func nothingIsHeardOfWhatCanNotSpeak(silence: Silence) {
        var policy = Self.service(isRemote: true).policy
        policy.heartbeat = HeartbeatPolicy(late: .seconds(30))
        policy.heartbeat?.isRemote = true
        var model = ComponentModel(policy)
        model.beatEvery = .seconds(10)
        var world = world(model)
        switch silence {
        case .cutOff: world.suffer(.cutOff(component: 0, for: .hours(1)))
        case .asleep: world.suffer(.sleep(.hours(1)))
        case .down: world.suffer(.serviceFails(component: 0, for: .hours(1)))
        case .noNetwork: world.suffer(.networkLost(for: .hours(1)))
        }
        world.begin()
        world.suffer(.errors(component: 0, share: 0.5, for: .minutes(5)))
        world.suffer(.saysGoodbye(component: 0))
        world.suffer(.unreadableBeat(component: 0))
        #expect(play(&world, to: .minutes(10)) == [])
    }

    // MARK: After the faults

    @Test func whatFailsByItselfStopsWithTheFaults() {
        var failing = Self.service("failing")
        failing.failures = FailureModel(every: .minutes(2))
        var leaking = Self.service("leaking")
        leaking.leak = LeakModel(metric: "memory_mb", atStart: 0, perMinute: 10, limit: 100)
        leaking.policy.limits = ["memory_mb": MetricLimit(degraded: 60, unhealthy: 90)]
        let scenario = Scenario("by themselves", components: [failing, leaking])
        for seed in 1...5 as ClosedRange<UInt64> {
            let report = Simulation.run(scenario, seed: seed, options: SimulationOptions(.minutes(15)))
            #expect(report.failures == [])
        }
    }

    @Test func figuresEndWithTheFaults() throws {
        let scenario = Scenario(
            "lost at the end", components: [Self.service()],
            faults: [PlannedFault(.minutes(45), .serviceFails(component: 0, for: .longest))])
        var options = SimulationOptions(.hours(1))
        options.measures = true
        let report = Simulation.run(scenario, seed: 1, options: options)
        #expect(report.failures == [])
        let figures = try #require(report.figures).components[0]
        let availability = try #require(figures.availability)
        #expect(abs(availability - 0.75) < 0.001)
        #expect(figures.outages == 1)
        #expect(figures.recovery.count == 0)
    }

    // MARK: The naive monitor, and the clock

    @Test func everyExitIsDetectedByANaiveMonitor() {
        var scenario = Scenario("crashes", components: [Self.program()])
        scenario.faults = (1...3).map { PlannedFault(.minutes(10) * $0, .crash(component: 0, instance: 0, .code(1))) }
        let figures = Experiment(scenario, duration: .hours(1), monitor: .naive).run(seeds: [1]).figures.whole
        #expect(figures.outages == 3)
        #expect(figures.detection.count == 3)
        #expect(figures.undetected == 0)
    }

    @Test func theWallClockStaysReadableHoweverOftenItIsSet() {
        var clock = SimulatedClock()
        for _ in 0..<1000 { clock.stepWall(by: .days(366)) }
        #expect(clock.now.wall > SimulatedClock.firstDay)
        for _ in 0..<3000 { clock.stepWall(by: .days(-366)) }
        #expect(clock.now.wall < SimulatedClock.firstDay)
    }
}
