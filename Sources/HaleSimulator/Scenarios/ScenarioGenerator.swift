internal import HaleEngine
public import HaleModel
internal import HaleResilience

/// Draws a scenario from a seed: policies within sensible ranges, behaviour, and faults of every kind.
public struct ScenarioGenerator {
    var random: SeededGenerator
    let duration: TimeSpan

    /// - Parameter components: how many; `nil`: drawn, 1 to 15.
    public static func scenario(seed: UInt64, duration: TimeSpan, components: Int? = nil) -> Scenario {
        var generator = ScenarioGenerator(
            random: SeededGenerator(seed: seed &* 0xD134_2543_DE82_EF95 &+ 7), duration: duration)
        return generator.scenario(seed, components)
    }

    private mutating func scenario(_ seed: UInt64, _ wanted: Int?) -> Scenario {
        // Panic needs many, and many that a command heals.
        let isLarge = random.chance(0.1)
        let drawn = isLarge ? 10 + below(6) : 1 + below(8)
        let count = wanted ?? drawn
        var components: [ComponentModel] = []
        // Shuffled, so that a dependency may stand before or after those that need it.
        var names = (0..<count).map { "c\($0)" }
        names.shuffle(using: &random)
        for place in 0..<count { components.append(component(names[place], programs: isLarge ? 0.2 : 0.6)) }
        for place in 0..<count { addDependencies(place, &components) }
        var scenario = Scenario("seed \(seed)", components: components)
        if random.chance(0.4) { scenario.references = Self.references(2 + below(2)) }
        scenario.checksPerHost = 1 + below(4)
        scenario.healing = HealingPolicy(
            concurrent: 1 + below(4), panicAbove: share(0.3, 0.7),
            mode: random.chance(0.03) ? .observe : .act)
        scenario.endsWell = scenario.healing.mode == .act
        scenario.faults = faults(components)
        if isLarge {
            scenario.faults += massFailure(components, at: time(), for: span(.minutes(1), .minutes(10)))
        }
        if random.chance(0.15),
            let leaf = components.indices.last(where: { place in
                !components.contains { $0.policy.dependsOn.contains { $0.on == components[place].policy.id } }
            }), count > 1
        {
            let at = time()
            if random.chance(0.5) { scenario.absentAtFirst = [leaf] }
            let isAbsent = scenario.absentAtFirst.contains(leaf)
            scenario.faults.append(PlannedFault(at, .configured(component: leaf, isAbsent)))
            scenario.faults.append(PlannedFault(at, .killHale(at: .idle, whenHealing: false, downFor: downTime())))
        }
        return scenario
    }

    private static func references(_ count: Int) -> [CheckPolicy] {
        (0..<count).map {
            CheckPolicy(
                name: "reference\($0)", kind: "tcp", interval: .seconds(5), timeout: .seconds(2),
                host: "reference\($0)",
                isRemote: true)
        }
    }

    // MARK: Components

    private mutating func component(_ name: String, programs: Double) -> ComponentModel {
        guard let id = ComponentID(name) else { preconditionFailure("'\(name)' is no component id") }
        var policy = ComponentPolicy(id: id)
        let hasProgram = random.chance(programs)
        if hasProgram { policy.program = program() }
        let checks = hasProgram ? below(3) : 1 + below(2)
        policy.checks = (0..<checks).map { check("check\($0)") }
        policy.heal = heal(hasProgram: hasProgram)
        for index in policy.checks.indices {
            policy.checks[index].isRemote = !hasProgram && random.chance(0.5)
            let host = random.chance(0.4) ? "shared-\(below(2))" : "\(name)-\(index)"
            policy.checks[index].host = policy.checks[index].isRemote ? host : "127.0.0.\(1 + host.utf8.count)"
        }
        if random.chance(0.25) {
            policy.heartbeat = HeartbeatPolicy(
                late: span(.seconds(10), .seconds(45)), missing: span(.seconds(50), .seconds(90)),
                dead: span(.seconds(100), .minutes(3)), isAuthoritative: random.chance(0.2), isRemote: !hasProgram)
            policy.limits = ["latency_ms": MetricLimit(degraded: 400, unhealthy: 1_500)]
        }
        if random.chance(0.2) { policy.group = GroupPolicy("group\(below(2))") }
        if random.chance(0.2) {
            var commands: [HookOrder.Occasion: [String]] = [.onPause: ["pause"], .onResume: ["resume"]]
            if random.chance(0.5) { commands[.beforeHeal] = ["may-i"] }
            if random.chance(0.5) { commands[.afterHeal] = ["tell"] }
            policy.hooks = HookPolicy(commands, timeout: .seconds(10))
        }
        var model = ComponentModel(policy)
        if let heartbeat = policy.heartbeat { model.beatEvery = heartbeat.late / 3 }
        let median = span(.milliseconds(1), .milliseconds(80))
        model.latency = Latency(median: median, p99: median + span(.zero, .milliseconds(300)))
        model.warmUp = span(.milliseconds(10), .seconds(8))
        model.stopTakes = random.chance(0.15) ? .seconds(30) : span(.milliseconds(1), .seconds(2))
        model.remedyTakes = span(.milliseconds(100), .seconds(20))
        model.remedyReports = share(0.5, 1)
        model.remedyHelps = share(0.3, 1)
        model.inconclusive = random.chance(0.3) ? share(0, 0.2) : 0
        model.degraded = random.chance(0.2) ? share(0, 0.3) : 0
        model.needsDependencies = random.chance(0.7)
        return model
    }

    private mutating func program() -> ProgramPolicy {
        var rules: [ProgramPolicy.ExitRule] = []
        if random.chance(0.3) { rules.append(.init(codes: [78], action: .giveUp)) }
        if random.chance(0.2) { rules.append(.init(codes: [0], action: .nothing)) }
        let kinds: [ProgramPolicy.Restart] = [.always, .always, .always, .onFailure, .onFailure, .never]
        return ProgramPolicy(
            instances: random.chance(0.3) ? 2 + below(3) : 1, restart: kinds[below(kinds.count)], exitRules: rules,
            stopTimeout: span(.seconds(1), .seconds(15)))
    }

    private mutating func check(_ name: String) -> CheckPolicy {
        // On average six a minute, as by default.
        let interval = span(.seconds(3), .seconds(25))
        let timeout = min(interval, span(.milliseconds(500), .seconds(6)))
        let open = span(.seconds(5), .minutes(1))
        return CheckPolicy(
            name: name, kind: "http", interval: interval, timeout: timeout,
            thresholds: .init(failures: 1 + below(4), recoveries: 1 + below(4)),
            startPeriod: span(.seconds(10), .minutes(1)),
            slow: random.chance(0.4) ? min(timeout, span(.milliseconds(100), .seconds(1))) : nil,
            breaker: .init(
                failureThreshold: 1 + below(6), successThreshold: 1 + below(3), openDuration: open,
                maxOpenDuration: open * 2))
    }

    private mutating func heal(hasProgram: Bool) -> HealPolicy? {
        guard hasProgram || random.chance(0.75) else { return nil }
        var rungs: [HealPolicy.Rung] = []
        // As a configuration has it: the restart of a program is the first rung, and commands are all others.
        for index in 0..<(1 + below(3)) {
            let isCommand = !hasProgram || index > 0
            rungs.append(
                HealPolicy.Rung(
                    isCommand ? .command(["remedy"], timeout: span(.seconds(2), .seconds(60))) : .program,
                    retries: 1 + below(5),
                    backoff: .init(
                        base: span(.seconds(1), .seconds(10)), factor: share(1.5, 2.5),
                        max: span(.seconds(20), .minutes(3))),
                    settle: random.chance(0.5) ? nil : span(.zero, .seconds(5)),
                    verifyAfter: span(.milliseconds(500), .seconds(5))))
        }
        return HealPolicy(
            rungs: rungs, cooldown: random.chance(0.4) ? span(.seconds(10), .minutes(5)) : .zero,
            limit: random.chance(0.6) ? .init(count: 1 + below(5), window: span(.minutes(3), .minutes(40))) : nil,
            stableFor: span(.minutes(1), .minutes(10)),
            retryFailedEvery: random.chance(0.6) ? span(.minutes(1), .minutes(10)) : nil,
            isAutomatic: !random.chance(0.05))
    }

    private mutating func addDependencies(_ place: Int, _ components: inout [ComponentModel]) {
        // In large worlds each depends on no more than in small ones.
        let chance = min(0.25, 2 / Double(components.count))
        for other in components.indices
        where components[other].policy.id < components[place].policy.id && random.chance(chance) {
            components[place].policy.dependsOn.append(
                DependencyPolicy(
                    on: components[other].policy.id, restarts: random.chance(0.2), pauses: random.chance(0.2)))
        }
    }

    // MARK: Drawing

    mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    mutating func span(_ least: TimeSpan, _ most: TimeSpan) -> TimeSpan {
        (least + (most - least).scaled(by: random.unit())).inMilliseconds
    }

    /// With three decimals, so that it can be written down.
    mutating func share(_ least: Double, _ most: Double) -> Double {
        ((least + (most - least) * random.unit()) * 1000).rounded() / 1000
    }

    mutating func time() -> TimeSpan { duration.scaled(by: random.unit()).inMilliseconds }
}

extension TimeSpan {
    /// Without what is less than a millisecond.
    fileprivate var inMilliseconds: TimeSpan { .milliseconds(nanoseconds / 1_000_000) }
}
