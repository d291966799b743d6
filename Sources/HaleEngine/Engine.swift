public import HaleModel

/// All decisions of Hale: a value with no clock, no network, no disk and no randomness of its own.
///
/// ```swift
/// var engine = Engine(configuration: configuration, restoring: records, seed: seed)
/// var effects = EffectBuffer()
/// engine.handle(.started(report), at: now, into: &effects)
/// engine.collectRecords(at: now, into: &effects)
/// // commit effects.events and effects.records, then carry out effects.durable; effects.prompt at once
/// ```
///
/// Every input comes with its moment, in order; when `nextDeadline` has come, `.tick` is due.
public struct Engine: Sendable, Codable {
    var configuration: EngineConfiguration
    var components: [ComponentState]
    var deadlines = Deadlines()
    /// What each slot of `deadlines` belongs to.
    var timers: [Timer] = []
    var random: SeededGenerator

    var now: Moment
    var bootID = ""
    /// Numbers attempts; recorded, never reused.
    var nextID: UInt64
    var lastEvent: EventID
    var storeTrouble: String?
    /// Set while a person has stopped all checks and healing.
    var monitoringStoppedAt: WallTime?
    var shutdown: Shutdown = .none
    /// Numbers runs of checks; not recorded, for after a restart no run of before is awaited.
    var nextRun: UInt64 = 1
    /// Forced checks that are answered when every result is in.
    var checkResults: [UInt64: CheckResults] = [:]
    /// Why components are stopped, by their places.
    var stopReasons: [Int: String] = [:]
    /// Records of components that are no longer configured, until they are reported as removed.
    var removed: [ComponentID] = []
    var hasStarted = false
    /// Who gave the order that is being obeyed, where that is known.
    var orderGiver: String?

    /// Runs of checks against one host at once.
    var hosts = HostQueue()
    /// Places of components that wait for a judgement (C8).
    var judging: Set<Int> = []
    /// Since when all reference targets fail (C10).
    var doubtSince: Instant?
    /// Sums for the score.
    var tally = SystemTally()
    var recoveries = RecoveryTally()
    /// Remedies between intent and `verifyAfter`, for all but programs whose exit was seen (H4).
    var budget = HealingBudget()
    var isPanicking = false
    /// Components that are lost and not blocked.
    var lostUnblocked = 0
    /// Members of groups, by their places (H6).
    var groups: [String: [Int]] = [:]

    /// Places of components that have to be looked at again before the input is done with.
    var queue = RankedQueue()
    var dirty: [Int] = []
    /// Places of components whose views changed within the present input.
    var staleViews: [Int] = []
    /// Attempts with a limit that began since the last batch was collected.
    var begun: [HealingBudget.Remedy] = []
    var unsaved: [Int] = []
    var intents: [Intent] = []
    var isEngineDirty = false
    var restored: Restored
    var out = EffectBuffer()

    enum Timer: Codable, Sendable {
        case run(component: Int, check: Int)
        case startPeriod(component: Int, check: Int)
        case heal(component: Int, track: Int)
        case stable(component: Int)
        case beat(component: Int)
        case rates(component: Int)
        case hold(component: Int)
        case flapping(component: Int)
        case judgement(component: Int)
        case silence(component: Int)
        case checkpoint
    }

    enum Shutdown: Codable, Sendable {
        case none
        /// Programs are being ended; Hale follows.
        case endingPrograms
        case finished
    }

    /// What the records said of the time before.
    struct Restored: Codable, Sendable {
        var engine: EngineRecord?
        /// Places of the components that had a record.
        var known: Set<Int> = []
    }

    /// A forced check, until every result is in.
    struct CheckResults: Codable, Sendable {
        var remaining: Int
        var results: [CheckedComponent]
    }

    let checkpointSlot: Int
    /// Counters that changed without a change of state are written this often, and when Hale ends in good order.
    static let checkpointInterval: TimeSpan = .seconds(10)
    /// A tick this late means that the engine stood still (C9).
    package static let stallLimit: TimeSpan = .seconds(1)

    /// All but `out` and `queue`, which are empty between two inputs.
    private enum CodingKeys: CodingKey {
        case configuration, components, deadlines, timers, random
        case now, bootID, nextID, lastEvent, storeTrouble, monitoringStoppedAt, shutdown, nextRun
        case checkResults, stopReasons, removed, hasStarted
        case hosts, judging, doubtSince, tally, recoveries, budget, isPanicking, lostUnblocked, groups
        case dirty, staleViews, begun, unsaved, intents, isEngineDirty, restored, checkpointSlot
    }

    public init(configuration: EngineConfiguration, restoring records: [Record], seed: UInt64) {
        self.configuration = configuration
        random = SeededGenerator(seed: seed)
        components = []
        var engineRecord: EngineRecord?
        var componentRecords: [ComponentID: ComponentRecord] = [:]
        for record in records {
            switch record {
            case .engine(let record): engineRecord = record
            case .component(let record): componentRecords[record.id] = record
            case .removed, .intent: break
            }
        }
        nextID = engineRecord?.nextID ?? 1
        lastEvent = engineRecord?.lastEvent ?? EventID(0)
        monitoringStoppedAt = engineRecord?.monitoringStoppedAt
        now = engineRecord?.lastSeen ?? Moment(boot: .zero, wall: .epoch)
        restored = Restored(engine: engineRecord)
        timers = [.checkpoint]
        checkpointSlot = deadlines.addSlot()
        components.reserveCapacity(configuration.components.count)
        for (place, policy) in configuration.components.enumerated() {
            let record = componentRecords.removeValue(forKey: policy.id)
            if record != nil { restored.known.insert(place) }
            components.append(makeComponent(policy, at: place, restoring: record))
            if let record, record.isStopped, record.cause.rule == .c5 { stopReasons[place] = record.cause.evidence }
            if let group = policy.group { groups[group.name, default: []].append(place) }
        }
        removed = componentRecords.keys.sorted()
    }

    /// The boot-clock instant of the next thing that has to be done without being asked.
    public var nextDeadline: Instant? { deadlines.earliest }

    /// Whether there is something that only `collectRecords(into:)` hands out.
    public var hasUncollectedRecords: Bool { isEngineDirty || !dirty.isEmpty || !removed.isEmpty || !intents.isEmpty }

    /// Takes one input in and adds what follows from it to `effects`.
    public mutating func handle(_ input: Input, at moment: Moment, into effects: inout EffectBuffer) {
        swap(&out, &effects)
        defer { swap(&out, &effects) }
        if hasStarted {
            noticeStall(at: moment)
            now = Moment(boot: max(moment.boot, now.boot), wall: moment.wall)
            fireDeadlines()
        } else {
            now = moment
        }
        switch input {
        case .started(let report): start(report)
        case .checkFinished(let run, let component, let check, let result):
            finishCheck(run, component, check, result)
        case .processChanged(let report): processChanged(report)
        case .remedyFinished(let attempt, let component, let outcome): remedyFinished(attempt, component, outcome)
        case .remedyRefused(let attempt, let component, let reason): remedyRefused(attempt, component, reason)
        case .storeTrouble(let reason): storeTroubleChanged(reason)
        case .heartbeat(let beat): heartbeat(beat)
        case .heartbeatUnreadable(let component, let reason): heartbeatUnreadable(component, reason)
        case .operations(let counts): operations(counts)
        case .ownership(let component, let owner): ownershipChanged(component, owner)
        case .hookFinished(let id, let component, let outcome): hookFinished(id, component, outcome)
        case .order(let id, let order, let giver):
            orderGiver = giver
            obey(order, id: id)
            orderGiver = nil
        case .tick: break
        }
        settle()
        tellStaleViews()
    }

    private mutating func tellStaleViews() {
        guard !staleViews.isEmpty else { return }
        for place in staleViews { components[place].isViewStale = false }
        if out.changedViews.isEmpty { return swap(&out.changedViews, &staleViews) }
        out.changedViews += staleViews
        staleViews.removeAll(keepingCapacity: true)
    }

    /// Asks one component, or one of its checks, where it lies. What is computed of an element of an array is computed of a
    /// copy of it, and to copy a component costs more than to decide about it.
    mutating func ask<Answer>(_ place: Int, _ question: (inout ComponentState) -> Answer) -> Answer {
        question(&components[place])
    }

    mutating func ask<Answer>(_ place: Int, _ check: Int, _ question: (inout CheckState) -> Answer) -> Answer {
        question(&components[place].checks[check])
    }

    func place(of id: ComponentID) -> Int? { configuration.places[id] }

    mutating func makeID() -> UInt64 {
        defer { nextID += 1 }
        isEngineDirty = true
        return nextID
    }

    @discardableResult
    mutating func emit(
        _ kind: EventKind, _ severity: EventSeverity, _ component: ComponentID?, _ message: String,
        _ details: [String: JSONValue] = [:]
    ) -> EventID {
        var details = details
        if let orderGiver {
            details["by"] = .string(orderGiver)
        } else if kind == .change {
            // What is posted names nobody by itself.
            details["by"] = nil
        }
        lastEvent.number += 1
        isEngineDirty = true
        out.events.append(
            Event(
                id: lastEvent, time: now.wall, kind: kind, component: component, severity: severity, message: message,
                details: details))
        return lastEvent
    }

    mutating func require(_ durability: Durability) {
        out.durability = max(out.durability, durability)
    }

    mutating func addTimer(_ timer: Timer) -> Int {
        timers.append(timer)
        return deadlines.addSlot()
    }
}
