internal import HaleEngine
internal import HaleModel

struct BlockedAreNotHealed: Checker {
    static let promise = "no remedy begins by itself while something the component depends on is not well"
    static let occasions = Occasions.handled

    private var policies: [ComponentPolicy] = []
    private var dependencies: [[Int]] = []
    private var before: [Bool] = []
    private var after: [Bool] = []
    /// Which side `starting` stays on.
    private var lastUsable: [Bool?] = []

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        self.policies = policies
        dependencies = policies.map { policy in
            policy.dependsOn.compactMap { edge in policies.firstIndex { $0.id == edge.on } }
        }
        let records = policies.map { store.contents.components[$0.id] }
        lastUsable = records.map { $0?.lastUsable }
        before = blocked { place in
            guard let record = records[place] else { return false }
            return Self.blocks(record.state, record.lastUsable, record.isStopped)
        }
        after = before
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        let events = step.events(buffer)
        guard !events.isEmpty else { return }
        for event in events where event.kind == .stateChanged {
            guard case .string(let to)? = event.details["to"], let usable = HealthState(rawValue: to)?.isUsable,
                let place = policies.firstIndex(where: { $0.id == event.component })
            else { continue }
            lastUsable[place] = usable
        }
        swap(&before, &after)
        after = blocked { Self.blocks(engine.state(at: $0), lastUsable[$0], engine.isStopped(at: $0)) }
        for event in events where event.kind == .healStarted && event.details["manual"] != .bool(true) {
            guard let place = policies.firstIndex(where: { $0.id == event.component }), before[place], after[place]
            else { continue }
            findings.report(Self.self, event.message)
        }
        for place in policies.indices where after[place] != engine.isBlocked(at: place) {
            findings.report(
                Self.self,
                "\(policies[place].id) counts as \(after[place] ? "not " : "")blocked, by its dependencies it is \(after[place] ? "" : "not ")so"
            )
        }
    }

    private static func blocks(_ state: HealthState, _ lastUsable: Bool?, _ isStopped: Bool) -> Bool {
        switch state {
        case .down, .failed, .restarting, .recovering: true
        case .starting: lastUsable == false
        case .unknown: isStopped
        case .healthy, .degraded, .unhealthy: false
        }
    }

    /// Dependencies may stand at any place, so the spreading is repeated until nothing moves.
    private func blocked(_ blocks: (Int) -> Bool) -> [Bool] {
        let own = policies.indices.map(blocks)
        var blocked = [Bool](repeating: false, count: policies.count)
        var isMoving = own.contains(true)
        while isMoving {
            isMoving = false
            for place in policies.indices where !blocked[place] {
                if dependencies[place].contains(where: { own[$0] || blocked[$0] }) {
                    blocked[place] = true
                    isMoving = true
                }
            }
        }
        return blocked
    }
}
