internal import HaleEngine
public import HaleModel

/// A scenario as a file that `hale simulate --scenario` reads, with the configuration it belongs to. What no file can say
/// (programs whose first remedy is a command, say) no random scenario has either.
public struct ScenarioText: Sendable {
    private let scenario: Scenario
    private let duration: TimeSpan

    public init(_ scenario: Scenario, duration: TimeSpan) {
        self.scenario = scenario
        self.duration = duration
    }

    /// The whole file.
    public var text: String {
        var lines = ["description: \(Self.quoted(scenario.name))", "for: \(Self.exact(duration))"]
        if scenario.endsWell { lines.append("endsWell: true") }
        lines += ["configuration:", "  healing: \(healing)", "  checksPerHost: \(scenario.checksPerHost)"]
        if !scenario.references.isEmpty {
            lines += ["  connectivity:", "    targets:"]
            lines += scenario.references.map { "      - \(PolicyText.check($0, kind: "tcp"))" }
        }
        lines.append("  components:")
        for model in scenario.components { lines += PolicyText(model.policy).lines.map { "    " + $0 } }
        lines.append("components:")
        for (place, model) in scenario.components.enumerated() {
            lines.append("  \(Self.quoted(model.policy.id.name)): \(behaviour(model, place))")
        }
        guard !scenario.faults.isEmpty else { return lines.joined(separator: "\n") + "\n" }
        lines.append("faults:")
        for planned in scenario.faults { lines.append("  - " + FaultText(planned, scenario).text) }
        return lines.joined(separator: "\n") + "\n"
    }

    private var healing: String {
        Self.mapping([
            ("concurrent", String(scenario.healing.concurrent)), ("panicAbove", "\(scenario.healing.panicAbove)"),
            ("mode", scenario.healing.mode.rawValue),
        ])
    }

    private func behaviour(_ model: ComponentModel, _ place: Int) -> String {
        var pairs: [(String, String)] = [
            (
                "latency",
                Self.mapping([("median", Self.exact(model.latency.median)), ("p99", Self.exact(model.latency.p99))])
            ),
            ("starts", Self.exact(model.warmUp)), ("stops", Self.exact(model.stopTakes)),
            (
                "remedy",
                Self.mapping([
                    ("takes", Self.exact(model.remedyTakes)), ("reports", "\(model.remedyReports)"),
                    ("helps", "\(model.remedyHelps)"),
                ])
            ),
            ("inconclusive", "\(model.inconclusive)"), ("degraded", "\(model.degraded)"),
            ("needsDependencies", "\(model.needsDependencies)"),
        ]
        if let every = model.beatEvery {
            pairs.append(
                ("heartbeat", Self.mapping([("every", Self.exact(every)), ("lost", "\(model.beatsLost)")])))
        }
        if let failures = model.failures { pairs.append(("failures", text(failures))) }
        if let leak = model.leak { pairs.append(("leak", text(leak))) }
        if scenario.absentAtFirst.contains(place) { pairs.append(("absent", "true")) }
        return Self.mapping(pairs)
    }

    private func text(_ failures: FailureModel) -> String {
        let lasting = failures.lasting.map { [("for", Self.exact($0))] } ?? []
        return Self.mapping([("every", Self.exact(failures.every)), ("kind", failures.kind.rawValue)] + lasting)
    }

    private func text(_ leak: LeakModel) -> String {
        Self.mapping([
            ("metric", Self.quoted(leak.metric)), ("start", "\(leak.atStart)"), ("perMinute", "\(leak.perMinute)"),
            ("limit", "\(leak.limit)"),
        ])
    }

    // MARK: Values

    static func mapping(_ pairs: [(String, String)]) -> String {
        "{" + pairs.map { "\($0): \($1)" }.joined(separator: ", ") + "}"
    }

    static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

    static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }

    /// In the largest unit of which it is a whole number.
    static func exact(_ span: TimeSpan) -> String {
        guard span.nanoseconds != 0 else { return "0s" }
        let units: [(String, Int64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
            ("ms", 1_000_000), ("us", 1_000),
        ]
        for (name, length) in units where span.nanoseconds % length == 0 {
            return "\(span.nanoseconds / length)\(name)"
        }
        return "\(span.nanoseconds)ns"
    }
}
