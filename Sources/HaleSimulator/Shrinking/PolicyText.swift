internal import HaleEngine
internal import HaleModel
internal import HaleResilience

/// One component as a configuration writes it.
struct PolicyText {
    private let policy: ComponentPolicy

    init(_ policy: ComponentPolicy) { self.policy = policy }

    var lines: [String] {
        var lines = ["\(ScenarioText.quoted(policy.id.name)):"]
        if !policy.dependsOn.isEmpty {
            let edges = policy.dependsOn.map {
                ScenarioText.mapping([
                    ("on", ScenarioText.quoted($0.on.name)), ("restart", "\($0.restarts)"), ("pause", "\($0.pauses)"),
                ])
            }
            lines.append("  dependsOn: \(ScenarioText.list(edges))")
        }
        if !policy.checks.isEmpty {
            lines.append("  checks:")
            lines += policy.checks.map { "    - " + Self.check($0, kind: "http") }
        }
        if let heartbeat = policy.heartbeat { lines.append("  heartbeat: \(text(heartbeat))") }
        if !policy.limits.isEmpty { lines.append("  limits: \(limits)") }
        if let program = policy.program { lines.append("  run: \(text(program))") }
        if let heal = policy.heal {
            lines.append("  heal:")
            lines += guards(heal).map { "    \($0)" }
            lines.append("    steps:")
            lines += heal.rungs.map { "      - \(text($0))" }
            if !heal.isAutomatic { lines.append("  autoHeal: false") }
        }
        if !policy.hooks.commands.isEmpty { lines.append("  hooks: \(hooks)") }
        if let group = policy.group {
            lines.append(
                "  group: \(ScenarioText.mapping([("name", ScenarioText.quoted(group.name)), ("minHealthy", "\(group.minHealthy)")]))"
            )
        }
        return lines
    }

    static func check(_ check: CheckPolicy, kind: String) -> String {
        let host = check.host ?? "127.0.0.1"
        var pairs: [(String, String)] = [
            (kind, ScenarioText.quoted(kind == "http" ? "http://\(host)/" : "\(host):1")),
            ("name", ScenarioText.quoted(check.name)), ("interval", ScenarioText.exact(check.interval)),
            ("timeout", ScenarioText.exact(check.timeout)), ("recheck", ScenarioText.exact(check.recheck)),
            ("failureThreshold", "\(check.thresholds.failures)"),
            ("recoveryThreshold", "\(check.thresholds.recoveries)"),
            ("startPeriod", ScenarioText.exact(check.startPeriod)),
            (
                "breaker",
                ScenarioText.mapping([
                    ("failures", "\(check.breaker.failureThreshold)"),
                    ("successes", "\(check.breaker.successThreshold)"),
                    ("open", ScenarioText.exact(check.breaker.openDuration)),
                    ("max", ScenarioText.exact(check.breaker.maxOpenDuration)),
                ])
            ),
        ]
        if let slow = check.slow { pairs.append(("slow", ScenarioText.exact(slow))) }
        return ScenarioText.mapping(pairs)
    }

    private func text(_ heartbeat: HeartbeatPolicy) -> String {
        ScenarioText.mapping([
            ("late", ScenarioText.exact(heartbeat.late)), ("missing", ScenarioText.exact(heartbeat.missing)),
            ("dead", ScenarioText.exact(heartbeat.dead)), ("startPeriod", ScenarioText.exact(heartbeat.startPeriod)),
            ("authoritative", "\(heartbeat.isAuthoritative)"),
        ])
    }

    private var limits: String {
        ScenarioText.mapping(
            policy.limits.keys.sorted().map { name in
                var pairs: [(String, String)] = []
                if let degraded = policy.limits[name]?.degraded { pairs.append(("degraded", "\(degraded)")) }
                if let unhealthy = policy.limits[name]?.unhealthy { pairs.append(("unhealthy", "\(unhealthy)")) }
                return (ScenarioText.quoted(name), ScenarioText.mapping(pairs))
            })
    }

    private func text(_ program: ProgramPolicy) -> String {
        var pairs: [(String, String)] = [
            ("command", ScenarioText.list([ScenarioText.quoted(policy.id.name)])),
            ("instances", "\(program.instances)"), ("restart", program.restart.rawValue),
            ("stopTimeout", ScenarioText.exact(program.stopTimeout)),
        ]
        if !program.exitRules.isEmpty {
            let rules = program.exitRules.map {
                ScenarioText.mapping([
                    ("codes", ScenarioText.list($0.codes.map(String.init))), ("do", $0.action.rawValue),
                ])
            }
            pairs.append(("onExit", ScenarioText.list(rules)))
        }
        return ScenarioText.mapping(pairs)
    }

    private func guards(_ heal: HealPolicy) -> [String] {
        [
            "cooldown: \(ScenarioText.exact(heal.cooldown))",
            "limit: \(heal.limit.map { "\($0.count)/\(ScenarioText.exact($0.window))" } ?? "none")",
            "stableFor: \(ScenarioText.exact(heal.stableFor))",
            "retryFailedEvery: \(heal.retryFailedEvery.map(ScenarioText.exact) ?? "never")",
        ]
    }

    private func text(_ rung: HealPolicy.Rung) -> String {
        var pairs: [(String, String)]
        switch rung.remedy {
        case .program: pairs = [("restart", "run")]
        case .command(let words, let timeout):
            pairs = [
                ("command", ScenarioText.list(words.map(ScenarioText.quoted))),
                ("timeout", ScenarioText.exact(timeout)),
            ]
        // Scenarios have none: only a program that embeds Hale does.
        case .handler(let timeout): pairs = [("timeout", ScenarioText.exact(timeout))]
        }
        pairs += [
            ("retries", "\(rung.retries)"),
            (
                "backoff",
                ScenarioText.mapping([
                    ("base", ScenarioText.exact(rung.backoff.base)), ("factor", "\(rung.backoff.factor)"),
                    ("max", ScenarioText.exact(rung.backoff.max)), ("jitter", "\(rung.backoff.jitter)"),
                ])
            ),
            ("settle", ScenarioText.exact(rung.settle)), ("verifyAfter", ScenarioText.exact(rung.verifyAfter)),
        ]
        return ScenarioText.mapping(pairs)
    }

    private var hooks: String {
        var pairs: [(String, String)] = []
        for occasion in HookOrder.Occasion.allCases {
            guard let words = policy.hooks.commands[occasion] else { continue }
            pairs.append((occasion.rawValue, ScenarioText.list(words.map(ScenarioText.quoted))))
        }
        return ScenarioText.mapping(pairs + [("timeout", ScenarioText.exact(policy.hooks.timeout))])
    }
}
