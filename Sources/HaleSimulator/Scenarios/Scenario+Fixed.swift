internal import HaleEngine
internal import HaleModel
internal import HaleResilience

/// Scenarios written by hand, each with one thing that it shows.
extension Scenario {
    public static var fixed: [Scenario] {
        [.crashLoop, .slowDeath, .dependencyOutage, .haleKilledOften, .reboot, .diskFull, .storeLost, .reconfigured]
    }

    /// A program that ends soon after each start, until somebody mends it.
    public static var crashLoop: Scenario {
        Scenario(
            "crash loop", components: [program("api", retries: 3)],
            faults: [PlannedFault(.minutes(2), .crashLoop(component: 0, for: .minutes(20)))])
    }

    /// A program that lives just long enough to count as healed, again and again.
    public static var slowDeath: Scenario {
        let faults = (0..<40).map {
            PlannedFault(.minutes(2) + .seconds(45) * Int64($0), .crash(component: 0, instance: 0, .signal(11)))
        }
        return Scenario("slow death", components: [program("api", retries: 3)], faults: faults)
    }

    /// A database that takes two programs down with it: neither is restarted in vain.
    public static var dependencyOutage: Scenario {
        var api = program("api", dependsOn: ["database"], checks: 1)
        api.needsDependencies = true
        var worker = program("worker", dependsOn: ["api"], checks: 1)
        worker.needsDependencies = true
        var database = ComponentModel(ComponentPolicy(id: "database", checks: [check()]))
        database.policy.heal = HealPolicy(
            rungs: [.init(.command(["mend"], timeout: .seconds(10)))], limit: .init(count: 2, window: .minutes(10)))
        database.remedyHelps = 0
        return Scenario(
            "dependency outage", components: [worker, api, database],
            faults: [PlannedFault(.minutes(3), .serviceFails(component: 2, for: .minutes(15)))])
    }

    /// Hale is killed every few seconds, at every point of its work in turn, while programs crash.
    public static var haleKilledOften: Scenario {
        var faults: [PlannedFault] = []
        for index in 0..<120 {
            let at = TimeSpan.seconds(20) + .seconds(7) * Int64(index)
            let point = CrashPoint.allCases[index % CrashPoint.allCases.count]
            let waits = index % 2 == 0 && point != .idle
            faults.append(PlannedFault(at, .killHale(at: point, whenHealing: waits, downFor: .seconds(2))))
            if index % 3 == 0 {
                faults.append(PlannedFault(at + .seconds(1), .crash(component: index % 2, instance: 0, .code(1))))
            }
        }
        return Scenario(
            "Hale killed often", components: [program("api", limit: 4), program("worker", checks: 1, limit: 3)],
            faults: faults)
    }

    /// The machine goes down in the midst of a heal, and its wall clock comes back half an hour early.
    public static var reboot: Scenario {
        Scenario(
            "reboot", components: [program("api", checks: 1, limit: 2), program("worker")],
            faults: [
                PlannedFault(.minutes(2), .hang(component: 0)),
                PlannedFault(.minutes(4), .reboot(downFor: .seconds(40), wallStep: .minutes(-30))),
                PlannedFault(.minutes(8), .hang(component: 0)),
                PlannedFault(.minutes(9), .reboot(downFor: .seconds(5), wallStep: .zero)),
            ])
    }

    /// The disk is full: programs without a limit are restarted, the one with a limit waits.
    public static var diskFull: Scenario {
        Scenario(
            "disk full", components: [program("free"), program("limited", limit: 3)],
            faults: [
                PlannedFault(.minutes(2), .storeTrouble(for: .minutes(5))),
                PlannedFault(.minutes(3), .crash(component: 0, instance: 0, .code(1))),
                PlannedFault(.minutes(3), .crash(component: 1, instance: 0, .code(1))),
            ])
    }

    /// The database is lost: limits count as used for one window.
    public static var storeLost: Scenario {
        Scenario(
            "store lost", components: [program("api", limit: 1)],
            faults: [
                PlannedFault(.minutes(2), .crash(component: 0, instance: 0, .code(1))),
                PlannedFault(.minutes(3), .storeLost(downFor: .seconds(2))),
                PlannedFault(.minutes(4), .crash(component: 0, instance: 0, .code(1))),
            ])
    }

    /// A component is taken out of the configuration, and its program with it; another joins.
    public static var reconfigured: Scenario {
        var scenario = Scenario(
            "reconfigured", components: [program("stays"), program("leaves"), program("joins")],
            faults: [
                PlannedFault(.minutes(2), .configured(component: 1, false)),
                PlannedFault(.minutes(2), .configured(component: 2, true)),
                PlannedFault(.minutes(2), .killHale(at: .idle, whenHealing: false, downFor: .seconds(2))),
            ])
        scenario.absentAtFirst = [2]
        return scenario
    }

    private static func check() -> CheckPolicy { CheckPolicy(name: "http", kind: "http") }

    private static func program(
        _ id: ComponentID, dependsOn: [ComponentID] = [], checks: Int = 0, retries: Int = 5, limit: Int? = nil
    ) -> ComponentModel {
        var policy = ComponentPolicy(
            id: id, dependsOn: dependsOn.map { DependencyPolicy(on: $0) }, checks: checks > 0 ? [check()] : [],
            program: ProgramPolicy())
        policy.heal = HealPolicy(
            rungs: [.init(.program, retries: retries)], cooldown: .zero,
            limit: limit.map { .init(count: $0, window: .minutes(15)) })
        return ComponentModel(policy)
    }
}
