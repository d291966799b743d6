internal import HaleEngine
internal import HaleModel
internal import HaleResilience

struct HalfOpenNeverSticks: Checker {
    static let promise =
        "a half-open circuit has no more calls under way than there are runs, so that it lets the next one in"
    static let occasions = Occasions.handled

    private var policies: [ComponentPolicy] = []

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        self.policies = policies
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        for place in step.places {
            for index in policies[place].checks.indices {
                guard case .halfOpen(_, let underWay, _) = engine.breaker(at: place, check: index) else { continue }
                let runs = engine.isRunning(at: place, check: index) ? 1 : 0
                if underWay < 0 || underWay > runs {
                    findings.report(
                        Self.self,
                        "\(policies[place].id) \(policies[place].checks[index].name): \(underWay) calls under way, \(runs) runs"
                    )
                }
            }
        }
    }
}
