internal import HaleEngine
internal import HaleModel

struct HeldAreNotHealed: Checker {
    static let promise =
        "what is paused, under maintenance, owned by somebody else or left to people is not healed by itself"
    static let occasions = Occasions.handled

    private var held: [Bool] = []
    private var places: [ComponentID: Int] = [:]

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        places = Dictionary(uniqueKeysWithValues: policies.enumerated().map { ($1.id, $0) })
        let isMonitoring = store.contents.engine?.monitoringStoppedAt == nil
        held = policies.map { policy in
            let record = store.contents.components[policy.id]
            return !isMonitoring || record?.hold != nil || !(record?.autoHeal ?? policy.heal?.isAutomatic ?? false)
        }
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        for event in step.events(buffer) where event.isHealByItself {
            guard let place = event.component.flatMap({ places[$0] }), held[place], isHeld(place, engine) else {
                continue
            }
            findings.report(Self.self, event.message)
        }
        for place in step.places { held[place] = isHeld(place, engine) }
    }

    private func isHeld(_ place: Int, _ engine: Engine) -> Bool {
        engine.effectiveHold(at: place) != nil || !engine.healsItself(at: place)
    }
}

extension Event {
    /// An attempt that no person ordered.
    var isHealByItself: Bool { kind == .healStarted && details["manual"] != .bool(true) }
}
