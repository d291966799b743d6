import HaleModel
import Testing

@testable import HaleEngine

@Suite("Supervised programs")
struct SupervisionTests {
    private func running(_ program: ProgramPolicy = .init(), heal: HealPolicy = .supervision) -> EngineHarness {
        var harness = EngineHarness([.program("api", program, heal: heal)])
        harness.start()
        harness.obey()
        return harness
    }

    @Test("A program is recorded before it is started")
    func start() {
        var harness = EngineHarness([.program()])
        harness.start()
        #expect(harness.processes == [.spawn(InstanceID("api", 0), launch: 1)])
        guard case .component(let record)? = harness.records["api"] else { return #expect(Bool(false), "no record") }
        #expect(record.processes[0].launch == 1)
        harness.obey()
        #expect(harness.state() == .healthy)
    }

    @Test("S6: an exit is down at once; the first restart after a stable run is immediate")
    func restart() {
        var harness = running()
        harness.exit()
        #expect(harness.processes == [.spawn(InstanceID("api", 0), launch: 2)])
        #expect(harness.state() == .restarting)
        #expect(harness.kinds().contains(.processExited))
        harness.obey(pid: 101)
        harness.advance(.seconds(3))
        #expect(harness.state() == .healthy)
    }

    @Test("S6, H1: a crash loop is slowed down and then given up")
    func crashLoop() {
        var harness = running()
        var restarts = 0
        while harness.state() != .failed {
            harness.exit()
            for _ in 0..<1_000 where harness.processes.isEmpty && harness.state() != .failed {
                harness.advance(.seconds(1))
            }
            if !harness.processes.isEmpty {
                restarts += 1
                harness.obey()
            }
        }
        #expect(restarts == 5)
        #expect(harness.view().restartCount == 5)
    }

    @Test("Stable health forgives what was counted")
    func forgiven() {
        var harness = running()
        for _ in 0..<20 {
            harness.exit()
            #expect(harness.processes.count == 1, "immediate")
            harness.obey()
            harness.advance(.minutes(11))
        }
        #expect(harness.view().heal?.attempts == 0)
    }

    @Test("S6: some of several dead is degraded, all dead is down; each is restarted by itself")
    func instances() {
        var harness = running(ProgramPolicy(instances: 3))
        #expect(harness.state() == .healthy)
        harness.exit("api", 1)
        #expect(harness.state() == .degraded)
        #expect(harness.processes == [.spawn(InstanceID("api", 1), launch: 2)])
        #expect(harness.intents.values.map(\.instance) == [1])
        harness.exit("api", 0)
        harness.exit("api", 2)
        #expect(harness.state() == .restarting || harness.state() == .starting)
        harness.obey()
        harness.advance(.seconds(3))
        #expect(harness.state() == .healthy)
    }

    @Test(
        "Exit rules and restart policies",
        arguments: [
            ("on-failure", Int32(0), "unknown"), ("on-failure", 1, "restarting"), ("never", 1, "unknown"),
            ("always", 0, "restarting"),
        ])
    func policies(restart: String, code: Int32, state: String) {
        var harness = running(ProgramPolicy(restart: ProgramPolicy.Restart(rawValue: restart)!))
        harness.exit(code: code)
        #expect(harness.state().rawValue == state)
        #expect(harness.view().tags == (state == "unknown" ? [.stopped] : []))
    }

    @Test("onExit: giveUp is failed at once, and only a person begins anew")
    func giveUp() {
        var harness = running(ProgramPolicy(exitRules: [.init(codes: [78], action: .giveUp)]))
        harness.exit(code: 78)
        #expect(harness.state() == .failed)
        harness.advance(.hours(2))
        #expect(harness.processes.isEmpty)
        _ = harness.order(.heal("api"))
        #expect(harness.processes.count == 1)
    }

    @Test("C5: stopped on purpose is neither healed nor counted, and blocks those that depend on it")
    func stopped() {
        var harness = EngineHarness([.program("db"), .watched("api", dependsOn: ["db"])])
        harness.start()
        harness.obey()
        _ = harness.order(.stop("db"))
        #expect(harness.state("db") == .unknown)
        #expect(harness.view("api").blockedBy == ["db"])
        harness.obey()
        harness.advance(.hours(1))
        #expect(harness.processes.isEmpty)
        guard case .refused = harness.order(.stop("db")) else { return #expect(Bool(false), "stopped twice") }
        _ = harness.order(.start("db"))
        harness.obey()
        #expect(harness.state("db") == .healthy)
        #expect(!harness.view("api").tags.contains(.blocked))
    }

    @Test("A check that is down restarts the program: stop, start, verify")
    func checkDown() throws {
        var policy = ComponentPolicy.watched(heal: .supervision, program: .init())
        policy.program?.stopTimeout = .seconds(7)
        var harness = EngineHarness([policy])
        harness.start()
        harness.obey()
        _ = harness.play("ok FAIL FAIL FAIL")
        #expect(harness.processes == [.stop(InstanceID("api", 0), launch: 1, signal: 15, timeout: .seconds(7))])
        harness.obey(pid: 102)
        #expect(harness.launch() == 2)
        harness.advance(.seconds(3))
        #expect(harness.play("ok ok") == "recovering healthy")
    }

    @Test("Started by hand before it has ended: it is started when it has")
    func startWhileStopping() {
        var harness = running()
        _ = harness.order(.stop("api"))
        let stop = harness.processes.removeLast()
        #expect(stop == .stop(InstanceID("api", 0), launch: 1, signal: 15, timeout: .seconds(10)))
        _ = harness.order(.start("api"))
        #expect(harness.processes.isEmpty)
        harness.exit(code: 0)
        #expect(harness.processes == [.spawn(InstanceID("api", 0), launch: 2)])
        #expect(harness.intents.isEmpty, "it is no heal")
    }

    @Test("Stable health of each of several processes is counted from its own restart")
    func forgivenOneByOne() {
        var heal = HealPolicy.supervision
        heal.rungs[0].retries = 2
        var harness = running(ProgramPolicy(instances: 2), heal: heal)
        for _ in 0..<10 {
            harness.exit("api", 1)
            harness.obey()
            harness.advance(.minutes(11))
        }
        #expect(harness.state() == .healthy)
        #expect(!harness.kinds().contains(.gaveUp))
    }

    @Test("C3: one of several processes that ended for good after a restart does not keep the restart unproven")
    func finishedWhileProving() {
        let program = ProgramPolicy(instances: 2, restart: .onFailure)
        var harness = EngineHarness([.watched(heal: .supervision, program: program)])
        harness.start()
        harness.obey()
        _ = harness.play("ok FAIL FAIL FAIL")
        harness.obey()
        harness.exit("api", 1, code: 0)
        _ = harness.play("ok ok ok")
        #expect(harness.state() == .healthy)
        #expect(harness.kinds().contains(.healSucceeded))
    }

    @Test(
        "C3: one of several processes that ends for good while the others are being started does not hold the restart up"
    )
    func finishedWhileStarting() {
        let program = ProgramPolicy(instances: 2, restart: .onFailure)
        var harness = EngineHarness([.watched(heal: .supervision, program: program)])
        harness.start()
        harness.obey()
        _ = harness.play("ok FAIL FAIL FAIL")
        let stops = harness.processes
        harness.processes.removeAll()
        for case .stop(let instance, let launch, let signal, _) in stops {
            harness.send(
                .processChanged(.init(instance: instance, launch: launch, phase: .exited(ProcessExit(.signal(signal)))))
            )
        }
        harness.processes.removeAll()
        for (number, ends) in [(1, true), (0, false)] {
            let (instance, launch) = (InstanceID("api", number), harness.launch("api", number))
            harness.send(.processChanged(.init(instance: instance, launch: launch, phase: .held(pid: 7))))
            harness.send(.processChanged(.init(instance: instance, launch: launch, phase: .running(pid: 7))))
            if ends { harness.exit("api", number, code: 0) }
        }
        #expect(harness.state() == .restarting)
        harness.advance(.seconds(3))
        _ = harness.play("ok ok ok")
        #expect(harness.state() == .healthy)
        #expect(harness.kinds().contains(.healSucceeded))
    }

    @Test("Started by hand with an open breaker: asked at once, and not healthy without an answer")
    func startWithOpenBreaker() throws {
        var policy = ComponentPolicy.watched(heal: .supervision, program: .init())
        policy.heal?.isAutomatic = false
        var harness = EngineHarness([policy])
        harness.start()
        harness.obey()
        _ = harness.play("ok FAIL FAIL FAIL FAIL FAIL")
        _ = harness.order(.stop("api"))
        harness.obey()
        _ = harness.order(.start("api"))
        harness.obey()
        let start = harness.now.boot
        harness.answer(try harness.takeCheck(), .critical)
        #expect(harness.now.boot - start < .seconds(2))
        while harness.state() == .starting { harness.answer(try harness.takeCheck(), .critical) }
        #expect(harness.state() == .down)
    }

    // MARK: Restarts of Hale

    @Test("A running program is adopted: nothing is started or stopped")
    func adoption() {
        var harness = running()
        harness.restart(after: .seconds(20), [report(.running(pid: 100), 1)])
        #expect(harness.processes.isEmpty)
        #expect(harness.state() == .healthy)
    }

    @Test("An exit while Hale was dead is known, with its code, and healed")
    func exitMeanwhile() {
        var harness = running()
        harness.restart(after: .seconds(20), [report(.exited(ProcessExit(.code(3))), 1)])
        #expect(harness.events.contains { $0.kind == .processExited && $0.details["exit_code"] == 3 })
        #expect(harness.processes == [.spawn(InstanceID("api", 0), launch: 2)])
    }

    @Test("Hale died between the record and the order: the same launch is ordered again")
    func orderLost() {
        var harness = EngineHarness([.program()])
        harness.start()
        harness.processes.removeAll()
        harness.restart(after: .seconds(1))
        #expect(harness.processes == [.spawn(InstanceID("api", 0), launch: 1)])
    }

    @Test("Hale died while the process was held: the order is repeated, and by its launch starts no second one")
    func held() {
        var harness = EngineHarness([.program()])
        harness.start()
        harness.processes.removeAll()
        harness.restart(after: .seconds(1), [report(.held(pid: 55), 1)])
        #expect(harness.processes == [.spawn(InstanceID("api", 0), launch: 1)])
    }

    @Test("A lost keeper is an exit of its process; after a reboot it is a first start")
    func keeperLost() {
        var harness = running()
        harness.restart(after: .seconds(1))
        #expect(harness.events.contains { $0.message.contains("keeper was lost") })
        #expect(harness.intents.count == 1)

        var rebooted = running()
        rebooted.restart(after: .minutes(2), reboot: true)
        #expect(rebooted.processes == [.spawn(InstanceID("api", 0), launch: 2)])
        #expect(rebooted.intents.isEmpty, "nothing crashed")
    }

    @Test("The end of the keeper of a former start says nothing about the present one")
    func keeperOfFormerStartLost() {
        var harness = running()
        harness.exit()
        let former = ProcessReport(instance: InstanceID("api", 0), launch: 1, phase: .absent)
        harness.send(.processChanged(former))
        #expect(harness.kinds().filter { $0 == .processExited }.count == 1)
        harness.obey(pid: 101)
        harness.send(.processChanged(former))
        harness.advance(.seconds(3))
        #expect(harness.state() == .healthy)
        #expect(harness.launch() == 2)

        harness.send(.processChanged(ProcessReport(instance: InstanceID("api", 0), launch: 2, phase: .absent)))
        #expect(harness.kinds().filter { $0 == .processExited }.count == 2)
    }

    @Test("Records lost: a running program is adopted by its keeper's word")
    func recordsLost() {
        var harness = running()
        harness.restart(after: .seconds(1), [report(.running(pid: 100), 41)], setAside: "/tmp/x")
        #expect(harness.processes.isEmpty)
        #expect(harness.launch() == 41)
        harness.exit()
        #expect(harness.processes == [.spawn(InstanceID("api", 0), launch: 42)])
    }

    @Test("A process that nobody configures any more is retired")
    func retired() {
        var harness = EngineHarness([.program()])
        harness.start([ProcessReport(instance: InstanceID("old", 0), launch: 3, phase: .running(pid: 9))])
        #expect(harness.processes.contains(.retire(InstanceID("old", 0))))
    }

    // MARK: Shutdown

    @Test("Shutdown with programs ends them all first, and the next Hale starts them anew")
    func shutdownWithPrograms() {
        var harness = running()
        _ = harness.order(.shutdown(programs: true))
        #expect(!harness.isFinished)
        harness.obey()
        #expect(harness.isFinished)
        #expect(harness.processes == [.retire(InstanceID("api", 0))])
        harness.processes.removeAll()
        harness.restart(after: .minutes(1))
        #expect(harness.processes == [.spawn(InstanceID("api", 0), launch: 2)])
        #expect(harness.intents.isEmpty)
    }

    @Test("Shutdown alone touches no program")
    func shutdown() {
        var harness = running()
        _ = harness.order(.shutdown(programs: false))
        #expect(harness.isFinished)
        #expect(harness.processes.isEmpty)
    }

    private func report(_ phase: ProcessReport.Phase, _ launch: UInt64) -> ProcessReport {
        ProcessReport(instance: InstanceID("api", 0), launch: launch, phase: phase)
    }
}
