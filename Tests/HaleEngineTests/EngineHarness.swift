import HaleModel
import HaleResilience

@testable import HaleEngine

/// An engine on a clock that a test moves by hand, with a store that keeps what was committed.
struct EngineHarness {
    var engine: Engine
    var now: Moment
    private(set) var configuration: EngineConfiguration
    private(set) var records: [ComponentID: Record] = [:]
    private(set) var engineRecord: Record?
    private(set) var intents: [UInt64: Intent] = [:]
    var events: [Event] = []
    var checks: [CheckOrder] = []
    var processes: [ProcessOrder] = []
    var remedies: [RemedyOrder] = []
    var hooks: [HookOrder] = []
    var answers: [UInt64: OrderAnswer] = [:]
    var isFinished = false
    var durability = Durability.process
    private var bootID = "boot 1"

    init(
        _ components: [ComponentPolicy], healing: HealingPolicy = .init(), references: [CheckPolicy] = [],
        checksPerHost: Int = 8, seed: UInt64 = 1
    ) {
        configuration = try! EngineConfiguration(
            components: components, healing: healing, references: references, checksPerHost: checksPerHost)
        engine = Engine(configuration: configuration, restoring: [], seed: seed)
        now = Moment(
            boot: Instant(nanoseconds: 1_000_000_000_000), wall: WallTime(nanoseconds: 1_760_000_000_000_000_000))
    }

    /// Hale starts; keepers say what `reports` has.
    mutating func start(_ reports: [ProcessReport] = [], setAside: String? = nil) {
        send(.started(StartReport(version: "test", bootID: bootID, processes: reports, storeSetAside: setAside)))
    }

    /// Hale dies, loses what was not committed, and is back after a while.
    mutating func restart(
        after pause: TimeSpan, _ reports: [ProcessReport] = [], reboot: Bool = false, setAside: String? = nil
    ) {
        let kept = setAside == nil ? [engineRecord].compactMap { $0 } + records.values : []
        engine = Engine(configuration: configuration, restoring: kept, seed: 2)
        now = now.advanced(by: pause)
        if reboot {
            bootID += "'"
            now.boot = Instant(nanoseconds: 5_000_000_000)
        }
        checks.removeAll()
        start(reports, setAside: setAside)
    }

    mutating func reconfigure(
        _ components: [ComponentPolicy], healing: HealingPolicy = .init(), restarting: Set<ComponentID> = []
    ) throws {
        configuration = try EngineConfiguration(components: components, healing: healing)
        var effects = EffectBuffer()
        engine.reconfigure(configuration, restarting: restarting, summary: "changed", at: now, into: &effects)
        take(&effects)
    }

    mutating func send(_ input: Input) {
        var effects = EffectBuffer()
        engine.handle(input, at: now, into: &effects)
        take(&effects)
    }

    private mutating func take(_ effects: inout EffectBuffer) {
        engine.collectRecords(at: now, into: &effects)
        for record in effects.records {
            switch record {
            case .engine: engineRecord = record
            case .component(let component): records[component.id] = record
            case .removed(let id): records[id] = nil
            case .intent(let intent): intents[intent.id] = intent
            }
        }
        durability = max(durability, effects.durability)
        events += effects.events
        for effect in effects.prompt + effects.durable.map(\.effect) {
            switch effect {
            case .check(let order): checks.append(order)
            case .process(let order): processes.append(order)
            case .remedy(let order): remedies.append(order)
            case .hook(let order): hooks.append(order)
            case .answer(let order, let answer): answers[order] = answer
            case .finish: isFinished = true
            }
        }
    }

    /// Moves time on, through every deadline on the way.
    mutating func advance(_ span: TimeSpan) {
        let end = now.boot + span
        while let deadline = engine.nextDeadline, deadline <= end {
            now = now.advanced(by: max(deadline - now.boot, .zero))
            send(.tick)
        }
        now = now.advanced(by: end - now.boot)
    }

    /// Moves time on until a check is to be run, and takes its order.
    mutating func nextCheck(_ id: ComponentID? = nil, within limit: TimeSpan = .hours(2)) -> CheckOrder? {
        let end = now.boot + limit
        while true {
            if let index = checks.lastIndex(where: { id == nil || $0.component == id }) {
                let order = checks.remove(at: index)
                checks.removeAll { $0.component == order.component && $0.check == order.check }  // lost long ago
                return order
            }
            guard let deadline = engine.nextDeadline, deadline <= end else { return nil }
            now = now.advanced(by: max(deadline - now.boot, .zero))
            send(.tick)
        }
    }

    /// The next check, where a test can't go on without one.
    mutating func takeCheck(_ id: ComponentID? = nil) throws -> CheckOrder {
        guard let order = nextCheck(id) else { throw NoCheck() }
        return order
    }

    struct NoCheck: Error {}

    mutating func answer(
        _ order: CheckOrder, _ status: HealthStatus?, _ message: String = "as told",
        latency: TimeSpan = .milliseconds(5)
    ) {
        now = now.advanced(by: latency)
        let result = HealthCheckResult(status, message, timestamp: now.wall, latency: latency)
        send(.checkFinished(run: order.run, component: order.component, check: order.check, result))
    }

    /// Answers the next checks of a component by a script of `ok`, `slow`, `FAIL`, `?`, and gives the state after each.
    mutating func play(_ script: String, on id: ComponentID = "api") -> String {
        script.split(separator: " ").map { word in
            guard let order = nextCheck(id) else { return "no check" }
            switch word {
            case "ok": answer(order, .healthy)
            case "slow": answer(order, .degraded)
            case "FAIL": answer(order, .critical)
            default: answer(order, nil)
            }
            return state(id).rawValue
        }.joined(separator: " ")
    }

    func state(_ id: ComponentID = "api") -> HealthState { engine.view(at: configuration.places[id]!).state }
    func view(_ id: ComponentID = "api") -> ComponentView { engine.view(at: configuration.places[id]!) }

    /// What was ordered of a component's checks up to now is lost, and the next run lies far ahead.
    mutating func pauseChecks(of id: ComponentID) {
        checks.removeAll { $0.component == id }
        let place = engine.place(of: id)!
        for check in engine.components[place].checks.indices {
            engine.abandonRun(place, check)
            engine.deadlines[engine.components[place].checks[check].runSlot] = now.boot + .hours(10)
        }
    }

    mutating func beat(
        _ status: HealthStatus? = nil, on id: ComponentID = "api", metrics: [String: Double] = [:],
        isStopping: Bool = false
    ) {
        send(.heartbeat(Heartbeat(component: id, metrics: metrics, status: status, isStopping: isStopping)))
    }

    // MARK: Keepers

    /// The keeper does what it was last told about an instance: holds, then runs.
    mutating func obey(pid: Int32 = 100) {
        while let index = processes.firstIndex(where: { if case .retire = $0 { false } else { true } }) {
            switch processes.remove(at: index) {
            case .spawn(let instance, let launch):
                send(.processChanged(.init(instance: instance, launch: launch, phase: .held(pid: pid))))
                send(.processChanged(.init(instance: instance, launch: launch, phase: .running(pid: pid))))
            case .stop(let instance, let launch, let signal, _):
                send(
                    .processChanged(
                        .init(instance: instance, launch: launch, phase: .exited(ProcessExit(.signal(signal))))))
            case .retire: break
            }
        }
    }

    func launch(_ id: ComponentID = "api", _ number: Int = 0) -> UInt64 {
        engine.components[configuration.places[id]!].processes[number].launch
    }

    mutating func exit(_ id: ComponentID = "api", _ number: Int = 0, code: Int32 = 1) {
        let report = ProcessReport(
            instance: InstanceID(id, number), launch: launch(id, number), phase: .exited(ProcessExit(.code(code))))
        send(.processChanged(report))
    }

    mutating func order(_ order: OperatorOrder) -> OrderAnswer? {
        let id = UInt64(answers.count + 1_000)
        send(.order(id: id, order))
        return answers[id]
    }

    func kinds(_ id: ComponentID? = nil) -> [EventKind] {
        events.filter { id == nil || $0.component == id }.map(\.kind)
    }

    func suppressions() -> [String] {
        events.filter { $0.kind == .healSuppressed }.map {
            if case .string(let reason) = $0.details["reason"] { reason } else { "?" }
        }
    }
}

extension ComponentPolicy {
    /// A component with one check that is asked every 10 s.
    static func watched(
        _ id: ComponentID = "api", startPeriod: TimeSpan = .seconds(60), failures: Int = 3, recoveries: Int = 2,
        dependsOn: [DependencyPolicy] = [], heal: HealPolicy? = nil, program: ProgramPolicy? = nil
    ) -> ComponentPolicy {
        ComponentPolicy(
            id: id, dependsOn: dependsOn,
            checks: [
                CheckPolicy(
                    name: "http", kind: "http", thresholds: .init(failures: failures, recoveries: recoveries),
                    startPeriod: startPeriod)
            ],
            program: program, heal: heal)
    }

    /// A component with a program and nothing else.
    static func program(_ id: ComponentID = "api", _ policy: ProgramPolicy = .init(), heal: HealPolicy = .supervision)
        -> ComponentPolicy
    {
        ComponentPolicy(id: id, program: policy, heal: heal)
    }
}

extension HealPolicy {
    static func command(
        retries: Int = 5, cooldown: TimeSpan = .minutes(5), limit: Limit? = .init(count: 3, window: .hours(1)),
        base: TimeSpan = .seconds(5), retryFailedEvery: TimeSpan? = .minutes(30)
    ) -> HealPolicy {
        HealPolicy(
            rungs: [
                Rung(.command(["fix"], timeout: .seconds(30)), retries: retries, backoff: .init(base: base, jitter: 0))
            ],
            cooldown: cooldown, limit: limit, retryFailedEvery: retryFailedEvery)
    }
}
