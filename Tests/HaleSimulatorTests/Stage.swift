import HaleModel
import HaleResilience

@testable import HaleEngine
@testable import HaleSimulator

/// One checker alone, with an engine and a world that a test breaks by hand: shows it what no engine should ever do.
struct Stage<C: Checker> {
    var checker: C
    var engine: Engine
    var world: World
    var store = SimulatedStore()
    private var findings = Findings()
    private let policies: [ComponentPolicy]

    var messages: [String] { findings.list.map(\.message) }
    var isQuiet: Bool { findings.list.isEmpty }

    init(_ checker: C, _ policies: [ComponentPolicy], healing: HealingPolicy = .init()) throws {
        self.checker = checker
        self.policies = policies
        engine = Engine(
            configuration: try EngineConfiguration(components: policies, healing: healing), restoring: [], seed: 1)
        world = World(policies.map { ComponentModel($0) }, seed: 1)
        var buffer = EffectBuffer()
        let report = StartReport(version: "test", bootID: world.clock.bootID, processes: [])
        engine.handle(.started(report), at: world.clock.now, into: &buffer)
        engine.collectRecords(at: world.clock.now, into: &buffer)
        store.commit(Batch(records: buffer.records, events: buffer.events))
        haleStarts()
    }

    mutating func haleStarts() { checker.haleStarts(policies, store, world) }

    /// An input has been taken in, and these events came of it.
    mutating func step(_ input: Input = .tick, events: [Event] = []) {
        var buffer = EffectBuffer()
        var step = Step(input: input, at: world.clock.now, buffer)
        buffer.events = events
        buffer.changedViews = Array(policies.indices)
        step.end(buffer, turn: 0, of: policies.count)
        guard isTold(.handled) else { return }
        checker.handled(step, buffer, engine, world, &findings)
    }

    mutating func collect(_ records: [Record]) {
        guard isTold(.collected) else { return }
        checker.collected(records, Array(policies.indices), engine, &findings)
    }

    mutating func commit(_ batch: Batch) {
        let before = store.contents.lastEvent
        store.commit(batch)
        guard isTold(.committed) else { return }
        checker.committed(batch, after: before, store, world, &findings)
    }

    mutating func carryOut(_ effect: Effect, limited: UInt64? = nil) {
        guard isTold(.carriedOut) else { return }
        checker.carriedOut(effect, limited, store, world, &findings)
    }

    mutating func worldMoved() {
        guard isTold(.worldMoved) else { return }
        checker.worldMoved(world, &findings)
    }

    private func isTold(_ occasion: Occasions) -> Bool { type(of: checker).occasions.contains(occasion) }

    mutating func pass(_ span: TimeSpan) { world.clock.advance(to: world.time + span) }

    /// The record of the component at a place, as the engine would write it.
    func record(_ place: Int = 0) -> Record {
        var engine = engine
        var buffer = EffectBuffer()
        engine.dirty = [place]
        engine.components[place].isDirty = true
        engine.collectRecords(at: world.clock.now, into: &buffer)
        return buffer.records.first { if case .component = $0 { true } else { false } }!
    }
}

extension Event {
    static func plain(
        _ id: UInt64, _ kind: EventKind, _ component: ComponentID? = nil, _ details: [String: JSONValue] = [:]
    ) -> Event {
        Event(
            id: EventID(id), time: .epoch, kind: kind, component: component, severity: .info, message: kind.rawValue,
            details: details)
    }

    static func turned(_ component: ComponentID, _ from: HealthState, _ to: HealthState, rule: String = "S1") -> Event {
        plain(
            1, .stateChanged, component,
            ["from": .string(from.rawValue), "to": .string(to.rawValue), "rule": .string(rule)])
    }

    static func heals(_ component: ComponentID, intent: UInt64 = 1, remedy: String = "command fix") -> Event {
        plain(
            1, .healStarted, component,
            ["remedy": .string(remedy), "intent": .number(Double(intent)), "manual": .bool(false)])
    }
}

extension HealTrack {
    /// In the midst of an attempt.
    static func acting(_ id: UInt64, of component: ComponentID, isManual: Bool = false) -> HealTrack {
        var track = HealTrack()
        track.phase = .acting(HealAttempt(intent: .made(id, component, isManual: isManual), step: .commanding))
        return track
    }
}

extension Intent {
    static func made(_ id: UInt64, _ component: ComponentID, isManual: Bool = false) -> Intent {
        Intent(
            id: id, component: component, instance: nil, rung: 0, number: 1, remedy: "command fix", reason: "down",
            isManual: isManual, began: .epoch)
    }
}
