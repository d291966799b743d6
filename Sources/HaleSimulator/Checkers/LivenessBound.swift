internal import HaleEngine
internal import HaleModel
internal import HaleResilience

/// How long it may take until everything that can be well is well, once the faults have stopped.
enum LivenessBound {
    static let name = "Liveness"
    static let promise =
        "when the faults have stopped, everything that can be well is healthy within a time that the policies set"

    static func bound(_ scenario: Scenario) -> TimeSpan {
        scenario.components.reduce(.minutes(10)) { $0 + recovery($1.policy) }
    }

    /// One attempt, from its intent to its outcome.
    static func attempt(_ policy: ComponentPolicy) -> TimeSpan {
        var most = TimeSpan.minutes(5) + (policy.program?.stopTimeout ?? .zero)
        for rung in policy.heal?.rungs ?? [] {
            var takes = rung.settle + rung.verifyAfter
            if let timeout = rung.remedy.timeout { takes = takes + timeout }
            most = max(most, takes + .minutes(5))
        }
        return most + (policy.checks.map(evidence).max() ?? .zero) * 2
    }

    private static func evidence(_ check: CheckPolicy) -> TimeSpan {
        check.startPeriod + check.breaker.maxOpenDuration * 2
            + (check.interval + check.timeout + .seconds(6))
            * Int64(check.thresholds.failures + check.thresholds.recoveries + 4)
    }

    private static func recovery(_ policy: ComponentPolicy) -> TimeSpan {
        var total = policy.checks.map(evidence).max() ?? .zero
        guard let heal = policy.heal else { return total }
        // Several processes share one limit, and each may need an attempt of its own.
        var one = heal.cooldown + (heal.limit?.window ?? .zero)
        for rung in heal.rungs {
            one = one + (attempt(policy) + rung.backoff.max.scaled(by: 1 + rung.backoff.jitter)) * Int64(rung.retries)
        }
        total = total + one * Int64(max(policy.program?.instances ?? 1, 1))
        return total
    }
}
