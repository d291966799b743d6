internal import HaleEngine
internal import HaleModel

/// A program that Hale ends says that it stops, as one does that stops on purpose.
struct LastWordsAreHeard: Checker {
    static let promise = "what says that it stops while Hale is healing it is not taken for stopped on purpose"
    static let occasions = Occasions.handled

    /// Whether a remedy is at work on it.
    private var isBusy: [Bool] = []
    private var places: [ComponentID: Int] = [:]

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        places = Dictionary(uniqueKeysWithValues: policies.enumerated().map { ($1.id, $0) })
        isBusy = policies.map { _ in false }
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        if case .heartbeat(let beat) = step.input, beat.isStopping, let place = places[beat.component], isBusy[place],
            engine.isStopped(at: place)
        {
            findings.report(Self.self, "\(beat.component) was being healed, and is left alone")
        }
        for place in step.places {
            isBusy[place] =
                !engine.isStopped(at: place)
                && engine.tracks(at: place).contains { if case .acting = $0.phase { true } else { false } }
        }
    }
}
