internal import HaleEngine
internal import HaleModel

struct DoubtIsNoDeath: Checker {
    static let promise = "while Hale doubts its own network, nothing that is only seen over it goes down"
    static let occasions = Occasions.handled

    private var remote: [ComponentID: Int] = [:]
    private var doubted = false

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        remote.removeAll()
        doubted = false
        for (place, policy) in policies.enumerated()
        where policy.program == nil && policy.checks.allSatisfy(\.isRemote)
            && (policy.heartbeat?.isRemote ?? true) && (!policy.checks.isEmpty || policy.heartbeat != nil)
        {
            remote[policy.id] = place
        }
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        defer { doubted = engine.doubtsNetwork }
        guard doubted, engine.doubtsNetwork else { return }
        for event in step.events(buffer) where event.kind == .stateChanged {
            // What was lost before is lost again when its remedy ends.
            guard let component = event.component, remote[component] != nil, event.details["to"] == .string("down"),
                event.details["from"] != .string("restarting"),
                let rule = event.details["rule"], [.string("S1"), .string("S3"), .string("C2")].contains(rule)
            else { continue }
            findings.report(Self.self, event.message)
        }
    }
}
