internal import HaleEngine
internal import HaleModel

struct GroupsHealOneByOne: Checker {
    static let promise = "members of one group are healed one at a time, unless a person orders more"
    static let occasions = Occasions.handled

    private var groups: [String: [Int]] = [:]
    private var places: [ComponentID: Int] = [:]
    private var busy: [Bool] = []

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        groups.removeAll()
        places = Dictionary(uniqueKeysWithValues: policies.enumerated().map { ($1.id, $0) })
        for (place, policy) in policies.enumerated() {
            if let group = policy.group { groups[group.name, default: []].append(place) }
        }
        busy = policies.map { policy in
            store.contents.components[policy.id]?.tracks.contains { $0.isBusy } ?? false
        }
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        for event in step.events(buffer) where event.isHealByItself {
            guard let place = event.component.flatMap({ places[$0] }),
                let members = groups.values.first(where: { $0.contains(place) })
            else { continue }
            let others = members.filter { $0 != place && busy[$0] && engine.tracks(at: $0).contains { $0.isBusy } }
            if !others.isEmpty { findings.report(Self.self, "\(event.message), while another member is being healed") }
            // Another member may begin in the same step.
            busy[place] = true
        }
        for place in step.places where !groups.isEmpty {
            busy[place] = engine.tracks(at: place).contains { $0.isBusy }
        }
    }
}

extension HealTrack {
    /// Acting or proving.
    var isBusy: Bool {
        switch phase {
        case .acting, .proving: true
        case .idle, .waiting, .gaveUp, .relieved: false
        }
    }
}
