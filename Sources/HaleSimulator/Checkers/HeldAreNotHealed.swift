internal import HaleEngine
internal import HaleModel

struct HeldAreNotHealed: Checker {
    static let promise = "what is paused, under maintenance or owned by somebody else is not healed by itself"

    private var held: [Bool] = []
    private var places: [ComponentID: Int] = [:]

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        places = Dictionary(uniqueKeysWithValues: policies.enumerated().map { ($1.id, $0) })
        held = policies.map { store.contents.components[$0.id]?.hold != nil }
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        for event in step.events(buffer) where event.isHealByItself {
            guard let place = event.component.flatMap({ places[$0] }), held[place], engine.hold(at: place) != nil else {
                continue
            }
            findings.report(Self.self, event.message)
        }
        for place in step.places { held[place] = engine.hold(at: place) != nil }
    }
}

extension Event {
    /// An attempt that no person ordered.
    var isHealByItself: Bool { kind == .healStarted && details["manual"] != .bool(true) }
}
