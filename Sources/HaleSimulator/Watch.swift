internal import HaleEngine
internal import HaleModel

/// All that looks on: checkers, marks, digest and timeline.
struct Watch: Sendable {
    private var checkers: [any Checker] = [
        TransitionsAreLegal(), LimitsHold(), NoEffectWithoutRecord(), NoSecondCopy(), NothingForgotten(),
        NothingStands(),
        EventsAreSequential(), BlockedAreNotHealed(), OneAttemptAtATime(), HalfOpenNeverSticks(), CountersAreSane(),
        RecordsTellAll(), TimeMovesOn(), HeldAreNotHealed(), BudgetHolds(), GroupsHealOneByOne(), DoubtIsNoDeath(),
        LastWordsAreHeard(),
    ]
    /// Places of those that want to be told of an occasion.
    private var tellHandled: [Int] = []
    private var tellCollected: [Int] = []
    private var tellCommitted: [Int] = []
    private var tellCarriedOut: [Int] = []
    private var tellMoved: [Int] = []
    private var timeline: Timeline
    private let keptRecords: Int
    private(set) var records: [Record] = []
    private(set) var failures: [SimulationFailure] = []
    private(set) var marks = Marks()
    /// Over all that went in and came out, where it is asked for.
    private(set) var digest: Digest?
    private(set) var inputs: UInt64 = 0
    private var findings = Findings()
    private var components = 0
    private var batches = 0
    /// What is looked at after a batch.
    private var looked: [Int] = []
    /// Off, only the inputs are counted.
    private let isOn: Bool

    var trace: [String] { timeline.lines }

    /// Promises by the names of their invariants.
    static var promises: [(name: String, promise: String)] {
        Watch(SimulationOptions(.zero)).checkers.map { (type(of: $0).name, type(of: $0).promise) }
            + [(LivenessBound.name, LivenessBound.promise)]
    }

    init(_ options: SimulationOptions) {
        isOn = options.isWatched
        if !isOn { checkers = [] }
        timeline = Timeline(isKept: options.keepsTrace)
        keptRecords = options.keptRecords
        if options.isDigested { digest = Digest() }
        tellHandled = interested(in: .handled)
        tellCollected = interested(in: .collected)
        tellCommitted = interested(in: .committed)
        tellCarriedOut = interested(in: .carriedOut)
        tellMoved = interested(in: .worldMoved)
    }

    private func interested(in occasion: Occasions) -> [Int] {
        checkers.indices.filter { type(of: checkers[$0]).occasions.contains(occasion) }
    }

    // MARK: What happened

    mutating func haleStarts(_ shell: Shell, _ store: SimulatedStore, _ world: World) {
        let policies = shell.worldPlaces.map { world.components[$0].model.policy }
        components = policies.count
        for index in checkers.indices { checkers[index].haleStarts(policies, store, world) }
        if store.contents.engine?.monitoringStoppedAt != nil { marks.hit("started without monitoring") }
        for record in store.contents.components.values {
            for track in record.tracks {
                switch track.phase {
                case .acting(let attempt): marks.hit("resumed \(attempt.step.markName)")
                case .proving: marks.hit("resumed proving")
                case .idle, .waiting, .gaveUp, .relieved: break
                }
            }
        }
        note(world, "Hale starts")
    }

    mutating func handled(_ step: inout Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World) {
        inputs += 1
        guard isOn else { return }
        step.end(buffer, turn: Int(truncatingIfNeeded: inputs), of: components)
        marks.hit(step.input)
        digest?.add(step.input, at: step.at)
        if case .started(let report) = step.input {
            if !report.processes.isEmpty { marks.hit("reports at start") }
            if report.storeSetAside != nil { marks.hit("store set aside") }
        }
        for event in step.events(buffer) {
            digest?.add(event)
            marks.hit(event)
            line(world, "  event \(event.id) \(event.kind.rawValue): \(event.message)")
        }
        if case .order(_, let order, _) = step.input,
            step.events(buffer).contains(where: { $0.kind == .operator || $0.kind == .change })
        {
            marks.obeyed(order)
        }
        for index in tellHandled { checkers[index].handled(step, buffer, engine, world, &findings) }
        if !findings.list.isEmpty { takeFindings(world, "while taking in \(step.input)") }
    }

    mutating func collected(_ buffer: EffectBuffer, _ engine: Engine, _ world: World) {
        guard isOn else { return }
        for case .component(let record) in buffer.records {
            for track in record.tracks { marks.hit(track.phase) }
            if record.autoHeal == false, record.state == .down { marks.hit("left to people") }
        }
        batches += 1
        // What changed, and of the others one, each in its turn, in case that a change was not told.
        looked.removeAll(keepingCapacity: true)
        for place in buffer.changedViews where place < components { looked.append(place) }
        if components > 0, batches % 2 == 0 { looked.append(batches / 2 % components) }
        for index in tellCollected { checkers[index].collected(buffer.records, looked, engine, &findings) }
        if !findings.list.isEmpty { takeFindings(world, "at the end of a batch") }
    }

    mutating func committed(_ batch: Batch, after: EventID, _ store: SimulatedStore, _ world: World) {
        if digest != nil { for record in batch.records { digest?.add(record) } }
        if records.count < keptRecords { records += batch.records.prefix(keptRecords - records.count) }
        for index in tellCommitted { checkers[index].committed(batch, after: after, store, world, &findings) }
        if !findings.list.isEmpty { takeFindings(world, "in a commit") }
    }

    mutating func carriedOut(
        _ effect: Effect, _ limited: UInt64?, _ store: SimulatedStore, _ world: World
    ) {
        guard isOn else { return }
        marks.hit(effect)
        digest?.add(effect)
        if effect.isWorthALine { line(world, "  \(effect.text)") }
        for index in tellCarriedOut {
            checkers[index].carriedOut(effect, limited, store, world, &findings)
        }
        if !findings.list.isEmpty { takeFindings(world, "while carrying out an effect") }
    }

    mutating func worldMoved(_ world: World) {
        for index in tellMoved { checkers[index].worldMoved(world, &findings) }
        if !findings.list.isEmpty { takeFindings(world, "in the world") }
    }

    mutating func crashed(_ point: CrashPoint, _ world: World) {
        marks.hit("crash \(point.rawValue)")
        note(world, "Hale is killed (\(point.rawValue))")
    }

    mutating func rebooted(_ world: World, lostRecords: Bool) {
        marks.hit("boot changed")
        if lostRecords { marks.hit("power lost with unflushed records") }
    }

    // MARK: Telling

    mutating func fail(_ world: World, _ invariant: String, _ message: String) {
        guard failures.count < 20 else { return }
        failures.append(SimulationFailure(invariant: invariant, message: message, at: world.time - .zero))
        line(world, "BROKEN \(invariant): \(message)")
    }

    private mutating func takeFindings(_ world: World, _ occasion: String) {
        for finding in findings.list { fail(world, finding.invariant, "\(finding.message), \(occasion)") }
        findings = Findings()
    }

    mutating func note(_ world: World, _ text: @autoclosure () -> String) { line(world, text()) }

    private mutating func line(_ world: World, _ text: @autoclosure () -> String) { timeline.add(world.time, text()) }
}

extension Effect {
    /// Checks are too many to be told.
    fileprivate var isWorthALine: Bool { if case .check = self { false } else { true } }
}
