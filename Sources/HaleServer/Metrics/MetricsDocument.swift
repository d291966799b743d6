import HaleModel

/// Everything that Hale tells Prometheus, under the names that dashboards rely on.
struct MetricsDocument {
    /// Series by component are written for so many, in the order of the configuration; the counts by state are of all.
    static let maxComponents = 2_000

    let view: HealthView
    let version: String
    var stall: TimeSpan?
    var events: [EventKind: UInt64]
    /// `nil` where the store can't be read.
    var recoveries: [RecoveryCount]?
    var process: ProcessMetrics?

    func text(_ format: MetricsText.Format) -> String {
        var text = MetricsText(format)
        writeHale(&text)
        writeSystem(&text)
        let components = Array(view.components.prefix(Self.maxComponents))
        writeComponents(components, &text)
        writeChecks(components, &text)
        writeDurations(&text)
        writeHealing(components, &text)
        process?.write(&text)
        return text.finished
    }

    private func writeHale(_ text: inout MetricsText) {
        text.gauge("hale_build_info", "The version of Hale that answers.", [(["version": version], 1)])
        text.gauge(
            "hale_engine_stalled_seconds", "For how long the engine has stood still.", [([:], stall?.seconds ?? 0)])
        text.gauge(
            "hale_engine_view_version", "How often what readers see was published.", [([:], Double(view.version))])
        text.gauge(
            "hale_store_trouble", "Whether the store can't be written.", [([:], view.storeTrouble == nil ? 0 : 1)])
        text.gauge(
            "hale_monitoring_running", "Whether checks and healing run.",
            [([:], view.system.monitoringStoppedAt == nil ? 1 : 0)])
        text.counter(
            "hale_events", "Events since Hale started, by kind.",
            events.sorted { $0.key.rawValue < $1.key.rawValue }.map { (["kind": $0.key.rawValue], Double($0.value)) })
    }

    private func writeSystem(_ text: inout MetricsText) {
        let system = view.system
        if let score = system.score {
            text.gauge("hale_system_score", "The score of the system, 0 to 100.", [([:], score)])
        }
        let parts: [(String, Double?)] = [
            ("availability", system.parts.availability), ("circuits", system.parts.circuits),
            ("errors", system.parts.errors), ("recovery", system.parts.recovery),
        ]
        text.gauge(
            "hale_system_score_part", "The parts of the score, 0 to 1.",
            parts.compactMap { name, value in value.map { (["part": name], $0) } })
        text.gauge(
            "hale_system_status", "The level of the system: 1 for what it is.",
            HealthStatus.allCases.map { (["status": $0.rawValue], $0 == system.level ? 1 : 0) })
        text.gauge(
            "hale_components", "Components by state.",
            HealthState.allCases.map { (["state": $0.rawValue], Double(system.counts[$0] ?? 0)) })
        text.gauge(
            "hale_components_without_series", "Components beyond those that have series of their own.",
            [([:], Double(max(0, view.count - Self.maxComponents)))])
    }

    private func writeComponents(_ components: [ComponentView], _ text: inout MetricsText) {
        text.gauge(
            "hale_component_state", "The state of each component: 1 for what it is.",
            components.flatMap { component in
                HealthState.allCases.map { state -> (labels: MetricsText.Labels, value: Double) in
                    (
                        [
                            "component": component.id.name, "layer": component.layer.rawValue,
                            "state": state.rawValue,
                        ], state == component.state ? 1 : 0
                    )
                }
            })
        text.gauge(
            "hale_component_score", "How well each component is, 0 to 1.",
            components.compactMap { component in component.healthScore.map { (["component": component.id.name], $0) } })
        text.counter(
            "hale_heartbeats", "Heartbeats received.",
            components.compactMap { component in
                component.heartbeat.map { (["component": component.id.name], Double($0.total)) }
            })
    }

    private func writeChecks(_ components: [ComponentView], _ text: inout MetricsText) {
        let checks = components.flatMap { component in component.checks.map { (component.id.name, $0) } }
        text.counter(
            "hale_checks", "Runs of checks by result.",
            checks.flatMap { id, check -> [(labels: MetricsText.Labels, value: Double)] in
                [
                    (
                        ["component": id, "check": check.name, "result": "good"],
                        Double(check.total - min(check.failures, check.total))
                    ),
                    (["component": id, "check": check.name, "result": "failed"], Double(check.failures)),
                ]
            })
        text.gauge(
            "hale_circuit_state", "The state of each circuit breaker: 1 for what it is.",
            checks.flatMap { id, check in
                ["closed", "half_open", "open"].map { state -> (labels: MetricsText.Labels, value: Double) in
                    (
                        ["component": id, "check": check.name, "state": state],
                        state == check.breaker.name ? 1 : 0
                    )
                }
            })
    }

    /// Of all components: by kind of check, so that there are few.
    private func writeDurations(_ text: inout MetricsText) {
        var kinds = view.formerLatencies
        for check in view.components.lazy.flatMap(\.checks) {
            kinds[check.kind, default: Histogram()].merge(check.latencies)
        }
        text.histogram(
            "hale_check_duration_seconds", "How long checks take, by kind.",
            kinds.sorted { $0.key < $1.key }.map { (["kind": $0.key], $0.value) })
    }

    private func writeHealing(_ components: [ComponentView], _ text: inout MetricsText) {
        let known = Set(components.map(\.id))
        text.counter(
            "hale_heal_attempts", "Attempts to heal by outcome.",
            (recoveries ?? []).filter { known.contains($0.component) }.map {
                (
                    ["component": $0.component.name, "remedy": $0.remedy, "outcome": $0.outcome.rawValue],
                    Double($0.count)
                )
            })
        text.counter(
            "hale_restarts", "Restarts of programs.",
            components.filter { !$0.instances.isEmpty }.map { (["component": $0.id.name], Double($0.restartCount)) })
    }
}
