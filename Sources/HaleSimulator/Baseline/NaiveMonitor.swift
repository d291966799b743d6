internal import HaleEngine
internal import HaleModel

/// What people write first: one miss means dead, and dead means restart, at once. The yardstick for Hale's rules.
///
/// Whatever is not a good answer in time, an answer slower than `slow`, and a heartbeat older than `late` is a miss. There
/// is no backoff, no limit, no start period, and nobody asks what a component depends on. After five restarts in a row
/// without a good sign it gives up until one comes.
struct NaiveMonitor: Sendable {
    static let maxInARow = 5

    private struct Watched: Sendable {
        let policy: ComponentPolicy
        var launches: [UInt64]
        var isAlive: [Bool]
        /// Programs that are ending and are to be started again then.
        var isRestarting: [Bool]
        var nextChecks: [Instant]
        var nextBeat: Instant?
        var inARow = 0
        var isCommanded = false
    }

    private var watched: [Watched]
    private let places: [ComponentID: Int]
    private var random: SeededGenerator
    private var runs: UInt64 = 0
    private var now: Instant = .zero
    private(set) var effects: [Effect] = []
    /// What it takes for dead or alive since it was last asked.
    private(set) var beliefs: [(place: Int, isLost: Bool)] = []

    init(_ policies: [ComponentPolicy], seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var places: [ComponentID: Int] = [:]
        for (place, policy) in policies.enumerated() { places[policy.id] = place }
        self.places = places
        watched = policies.map { policy in
            let count = policy.program?.instances ?? 0
            return Watched(
                policy: policy, launches: Array(repeating: 0, count: count),
                isAlive: Array(repeating: false, count: count), isRestarting: Array(repeating: false, count: count),
                nextChecks: policy.checks.map { _ in .zero })
        }
    }

    var nextDeadline: Instant? {
        watched.lazy.flatMap { ($0.nextChecks + [$0.nextBeat ?? .distantFuture]) }.min()
    }

    mutating func takeEffects() -> [Effect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    mutating func takeBeliefs() -> [(place: Int, isLost: Bool)] {
        defer { beliefs.removeAll(keepingCapacity: true) }
        return beliefs
    }

    mutating func handle(_ input: Input, at moment: Moment) {
        now = max(now, moment.boot)
        switch input {
        case .started(let report): start(report)
        case .tick: tick()
        case .checkFinished(_, let component, let check, let result): checked(component, check, result)
        case .heartbeat(let beat): heard(beat)
        case .processChanged(let report): changed(report)
        case .remedyFinished(_, let component, _):
            if let place = places[component] { watched[place].isCommanded = false }
        case .remedyRefused, .storeTrouble, .heartbeatUnreadable, .operations, .ownership, .hookFinished, .order: break
        }
    }

    private mutating func start(_ report: StartReport) {
        for process in report.processes {
            guard let place = places[process.instance.component],
                watched[place].launches.indices.contains(process.instance.number)
            else { continue }
            watched[place].launches[process.instance.number] = process.launch
            switch process.phase {
            case .held, .running: watched[place].isAlive[process.instance.number] = true
            case .absent, .exited: break
            }
        }
        for place in watched.indices {
            for number in watched[place].launches.indices where !watched[place].isAlive[number] { spawn(place, number) }
            for (check, policy) in watched[place].policy.checks.enumerated() {
                watched[place].nextChecks[check] = now + policy.interval.scaled(by: random.unit())
            }
            if let heartbeat = watched[place].policy.heartbeat { watched[place].nextBeat = now + heartbeat.late }
        }
    }

    private mutating func tick() {
        for place in watched.indices {
            for (check, policy) in watched[place].policy.checks.enumerated()
            where watched[place].nextChecks[check] <= now {
                watched[place].nextChecks[check] = now + random.jittered(policy.interval, by: 0.05)
                runs += 1
                let order = CheckOrder(
                    run: runs, component: watched[place].policy.id, check: policy.name, timeout: policy.timeout)
                effects.append(.check(order))
            }
            guard let due = watched[place].nextBeat, due <= now, let heartbeat = watched[place].policy.heartbeat else {
                continue
            }
            watched[place].nextBeat = now + heartbeat.late
            miss(place, "no heartbeat for \(heartbeat.late)")
        }
    }

    private mutating func checked(_ component: ComponentID, _ check: String, _ result: HealthCheckResult) {
        guard let place = places[component],
            let policy = watched[place].policy.checks.first(where: { $0.name == check })
        else { return }
        let isSlow = policy.slow.map { result.latency > $0 } ?? false
        if result.verdict == .good, !isSlow { goodSign(place) } else { miss(place, result.message) }
    }

    private mutating func heard(_ beat: Heartbeat) {
        guard let place = places[beat.component], let heartbeat = watched[place].policy.heartbeat else { return }
        watched[place].nextBeat = now + heartbeat.late
        goodSign(place)
    }

    private mutating func goodSign(_ place: Int) {
        watched[place].inARow = 0
        beliefs.append((place, false))
    }

    private mutating func miss(_ place: Int, _ reason: String) {
        beliefs.append((place, true))
        guard watched[place].inARow < Self.maxInARow, !watched[place].isCommanded else { return }
        let policy = watched[place].policy
        if policy.program != nil {
            guard !watched[place].isRestarting.contains(true) else { return }
            watched[place].inARow += 1
            for number in watched[place].launches.indices { restart(place, number) }
        } else if case .command(let words, let timeout)? = policy.heal?.rungs.first?.remedy {
            watched[place].inARow += 1
            watched[place].isCommanded = true
            runs += 1
            effects.append(
                .remedy(
                    RemedyOrder(
                        attempt: runs, component: policy.id, command: words, timeout: timeout, state: .down,
                        number: watched[place].inARow, reason: reason)))
        }
    }

    // MARK: Programs

    private mutating func restart(_ place: Int, _ number: Int) {
        guard watched[place].isAlive[number], let program = watched[place].policy.program else {
            return spawn(place, number)
        }
        watched[place].isRestarting[number] = true
        effects.append(
            .process(
                .stop(
                    InstanceID(watched[place].policy.id, number), launch: watched[place].launches[number],
                    signal: program.stopSignal, timeout: program.stopTimeout)))
    }

    private mutating func spawn(_ place: Int, _ number: Int) {
        watched[place].launches[number] += 1
        watched[place].isRestarting[number] = false
        watched[place].isAlive[number] = true
        effects.append(
            .process(
                .spawn(InstanceID(watched[place].policy.id, number), launch: watched[place].launches[number])))
    }

    private mutating func changed(_ report: ProcessReport) {
        guard let place = places[report.instance.component],
            watched[place].launches.indices.contains(report.instance.number),
            report.launch == watched[place].launches[report.instance.number]
        else { return }
        let number = report.instance.number
        switch report.phase {
        case .held: return
        case .running: return runs(place)
        case .exited, .absent: watched[place].isAlive[number] = false
        }
        guard !watched[place].isRestarting[number] else { return spawn(place, number) }
        beliefs.append((place, true))
        guard watched[place].inARow < Self.maxInARow else { return }
        watched[place].inARow += 1
        spawn(place, number)
    }

    /// Where nothing else tells of its health, a program that runs is well.
    private mutating func runs(_ place: Int) {
        guard watched[place].policy.checks.isEmpty, watched[place].policy.heartbeat == nil else { return }
        beliefs.append((place, false))
    }
}
