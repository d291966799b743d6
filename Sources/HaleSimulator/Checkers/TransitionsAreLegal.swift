internal import HaleEngine
internal import HaleModel

/// The table is written by hand from the rules of states and healing; it knows nothing of the engine's code.
struct TransitionsAreLegal: Checker {
    static let promise =
        "a component goes only from a state to one that the rules lead to, and events tell every change"
    static let occasions = Occasions.handled

    /// What each state may become at once.
    static let table: [HealthState: Set<HealthState>] = [
        // An exit rule may give up from anywhere.
        // First evidence of any kind; what is stopped on purpose leaves `unknown` by a start, or a good check.
        .unknown: [.starting, .healthy, .degraded, .unhealthy, .down, .recovering, .restarting, .failed],
        // The period ends well (straight, or after down by S2), badly, or without a word; exits count at once.
        .starting: [.healthy, .degraded, .unhealthy, .recovering, .down, .restarting, .unknown, .failed],
        // Error rates and limits of metrics lead straight to `unhealthy`.
        .healthy: [.degraded, .unhealthy, .down, .starting, .restarting, .unknown, .failed],
        .degraded: [.healthy, .unhealthy, .down, .starting, .restarting, .unknown, .recovering, .failed],
        .unhealthy: [.healthy, .degraded, .down, .starting, .restarting, .unknown, .recovering, .failed],
        // By S2, past `recovering` where one success is enough; another check may be `unhealthy` by then.
        .down: [.recovering, .restarting, .failed, .starting, .unknown, .healthy, .degraded, .unhealthy],
        .recovering: [.healthy, .degraded, .unhealthy, .down, .starting, .restarting, .unknown, .failed],
        // Until `verifyAfter`, then `starting`; an attempt that failed before leads back down, or to giving up.
        .restarting: [.starting, .down, .failed, .unknown, .recovering, .healthy, .degraded, .unhealthy],
        // Good evidence, one more attempt, or, of several processes, one that is tried again while the checks still fail;
        // programs that were ended together with Hale start with it.
        .failed: [.recovering, .restarting, .unknown, .healthy, .degraded, .unhealthy, .down, .starting],
    ]

    private var states: [HealthState] = []
    private var policies: [ComponentPolicy] = []

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        self.policies = policies
        states = policies.map { store.contents.components[$0.id]?.state ?? .unknown }
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        for event in step.events(buffer)
        where event.kind == .stateChanged && event.component != EngineConfiguration.referenceID {
            guard let place = policies.firstIndex(where: { $0.id == event.component }),
                case .string(let fromText)? = event.details["from"], case .string(let toText)? = event.details["to"],
                let from = HealthState(rawValue: fromText), let to = HealthState(rawValue: toText)
            else {
                findings.report(Self.self, "event \(event.id) names no component and states")
                continue
            }
            if states[place] != from {
                findings.report(
                    Self.self,
                    "\(policies[place].id) was \(states[place].rawValue), event \(event.id) says from \(fromText)")
            }
            if Self.table[from]?.contains(to) != true {
                findings.report(Self.self, "\(policies[place].id) went from \(fromText) to \(toText): \(event.message)")
            }
            states[place] = to
        }
        for place in step.places where states[place] != engine.state(at: place) {
            findings.report(
                Self.self,
                "\(policies[place].id) is \(engine.state(at: place).rawValue), events say \(states[place].rawValue)")
        }
    }
}
