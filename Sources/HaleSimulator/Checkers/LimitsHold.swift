internal import HaleEngine
internal import HaleModel

/// Counts in the world what was really done, like a log that Hale knows nothing of.
struct LimitsHold: Checker {
    static let promise = "no limit of attempts is exceeded, whenever Hale is killed and whatever becomes of the machine"
    static let occasions: Occasions = [.committed, .carriedOut]

    /// An intent is stamped when it is decided, and committed this much later at most.
    static let slack: TimeSpan = .seconds(3)

    private struct Attempt: Hashable {
        var database: Int
        var id: UInt64
    }

    private var limits: [ComponentID: HealPolicy.Limit] = [:]
    private var policies: [ComponentID: ComponentPolicy] = [:]
    private var counted: Set<Attempt> = []
    /// When intents were committed, on a clock that runs no slower than any that Hale reads. What counts is the intent,
    /// even where Hale was killed in between and its remedy followed later.
    private var commits: [Attempt: Instant] = [:]
    /// The commits of the attempts that were carried out.
    private var log: [ComponentID: [Instant]] = [:]
    /// How much more time than really passed Hale may believe to have passed. It reads the wall clock for one thing only:
    /// how long the machine was off.
    private var believed: TimeSpan = .zero

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        for policy in policies {
            limits[policy.id] = policy.heal?.limit
            self.policies[policy.id] = policy
        }
        if let engine = store.contents.engine, engine.bootID != world.clock.bootID {
            believed = world.clock.setForward
        }
    }

    mutating func committed(
        _ batch: Batch, after: EventID, _ store: SimulatedStore, _ world: World, _ findings: inout Findings
    ) {
        for case .intent(let intent) in batch.records where intent.outcome == nil && limits[intent.component] != nil {
            commits[Attempt(database: store.number, id: intent.id)] = world.time + believed
        }
    }

    mutating func carriedOut(
        _ effect: Effect, _ limited: UInt64?, _ store: SimulatedStore, _ world: World,
        _ findings: inout Findings
    ) {
        guard let component = Self.actedOn(effect), let limit = limits[component],
            let id = limited ?? attempt(behind: effect, component, store),
            counted.insert(Attempt(database: store.number, id: id)).inserted
        else { return }
        let at = commits[Attempt(database: store.number, id: id)] ?? world.time + believed
        var times = (log[component] ?? []).filter { $0 + limit.window - Self.slack > at }
        let isManual = store.contents.intents[id]?.isManual ?? false
        if times.count >= limit.count, !isManual {
            findings.report(
                Self.self,
                "\(component): attempt \(id) is number \(times.count + 1) within \(limit.window), allowed are \(limit.count)"
            )
        }
        times.append(at)
        log[component] = times
    }

    private static func actedOn(_ effect: Effect) -> ComponentID? {
        switch effect {
        case .process(.spawn(let instance, _)), .process(.stop(let instance, _, _, _)): instance.component
        case .remedy(let order): order.component
        case .check, .process, .hook, .answer, .finish: nil
        }
    }

    /// An order repeated after a crash bears no attempt; the record tells whose it is.
    private func attempt(behind effect: Effect, _ component: ComponentID, _ store: SimulatedStore) -> UInt64? {
        guard case .process(let order) = effect, let record = store.contents.components[component] else { return nil }
        let own = record.tracks.count > 1 ? [order.instance.number + 1, 0] : [0]
        for index in own where record.tracks.indices.contains(index) {
            if case .acting(let attempt) = record.tracks[index].phase { return attempt.id }
        }
        return nil
    }
}
