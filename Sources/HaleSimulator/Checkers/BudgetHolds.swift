internal import HaleEngine
internal import HaleModel

struct BudgetHolds: Checker {
    static let promise = "no more remedies at work at once than the budget allows, and none begins in panic"
    static let occasions = Occasions.handled

    private var places: [ComponentID: Int] = [:]
    private var panicked = false
    /// Which processes had ended, by place and number, before the step.
    private var ended: [[Bool]] = []
    /// Attempts that start a program again whose exit was seen: they need no place.
    private var exempt: Set<UInt64> = []
    private var database = 0

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        places = Dictionary(uniqueKeysWithValues: policies.enumerated().map { ($1.id, $0) })
        ended = policies.map { policy in
            store.contents.components[policy.id]?.processes.map { $0.phase == .exited } ?? []
        }
        panicked = false
        guard store.number != database else { return }
        // Numbers of attempts begin anew.
        database = store.number
        exempt.removeAll()
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        if !step.events(buffer).isEmpty {
            let begun = step.events(buffer).filter { $0.isHealByItself }
            if !begun.isEmpty { look(at: begun, step, buffer, engine, &findings) }
        }
        panicked = engine.panics
        for place in step.places where !ended[place].isEmpty || engine.hasProcesses(at: place) {
            note(engine.processes(at: place), at: place)
        }
    }

    private mutating func note(_ processes: [ProcessState], at place: Int) {
        if ended[place].count != processes.count { ended[place] = processes.map { _ in false } }
        for number in processes.indices { ended[place][number] = processes[number].phase == .exited }
    }

    private mutating func look(
        at begun: [Event], _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ findings: inout Findings
    ) {
        if engine.healing.mode == .observe { findings.report(Self.self, "Hale only observes, and heals") }
        let needPlaces = begun.filter { event in
            guard isOfSeenExit(event, step) else { return true }
            if let id = event.intent { exempt.insert(id) }
            return false
        }
        guard let first = needPlaces.first else { return }
        let atWork = places.values.reduce(0) { $0 + self.atWork(engine.tracks(at: $1)) }
        if atWork > engine.healing.concurrent {
            findings.report(Self.self, "\(atWork) remedies at work, \(engine.healing.concurrent) allowed")
        }
        if panicked, engine.panics, !step.events(buffer).contains(where: { $0.kind == .panicEnded }) {
            findings.report(Self.self, "a remedy began in panic: \(first.message)")
        }
    }

    /// Counted by what each component does, not by the engine's own sum.
    private func atWork(_ tracks: [HealTrack]) -> Int {
        tracks.count { track in
            guard case .acting(let attempt) = track.phase else { return false }
            return !attempt.intent.isManual && !exempt.contains(attempt.intent.id)
        }
    }

    /// Its program had ended, or the step told of its end, and the remedy is to start it.
    private func isOfSeenExit(_ event: Event, _ step: Step) -> Bool {
        guard let id = event.component, let place = places[id],
            case .string(let remedy)? = event.details["remedy"], !remedy.hasPrefix("command")
        else { return false }
        if ended[place].contains(true) { return true }
        switch step.input {
        case .started: return true
        case .processChanged(let report):
            guard report.instance.component == id else { return false }
            switch report.phase {
            case .exited, .absent: return true
            case .held, .running: return false
            }
        default: return false
        }
    }
}

extension Event {
    /// The attempt that an event is about.
    fileprivate var intent: UInt64? {
        if case .number(let number)? = details["intent"] { UInt64(number) } else { nil }
    }
}
