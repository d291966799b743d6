/// Everything in the words of `application/health+json` (draft-inadarei-api-health-check).
public struct HealthCheckDocument: Codable, Hashable, Sendable {
    public enum Word: String, Codable, Hashable, Sendable {
        case pass
        case warn
        case fail

        /// Nothing known is no failure.
        init(_ status: HealthStatus?) {
            switch status {
            case .healthy, nil: self = .pass
            case .degraded: self = .warn
            case .unhealthy, .critical: self = .fail
            }
        }
    }

    public struct Measurement: Codable, Hashable, Sendable {
        public var componentId: ComponentID
        public var componentType: Layer
        public var status: Word
        public var time: String?
        /// The last latency, in milliseconds.
        public var observedValue: Double?
        public var observedUnit: String?
        public var output: String?
    }

    public var status: Word
    public var version: String
    public var releaseId: String
    public var description: String
    public var output: String?
    /// By `component:check`; a component without checks stands by its id alone.
    public var checks: [String: [Measurement]]

    public init(_ view: HealthView, version: String) {
        status = Word(view.system.level)
        self.version = String(version.prefix { $0 != "." })
        releaseId = version
        description = "Hale and what it watches"
        output = status == .pass ? nil : HealthDocument(view).message
        checks = [:]
        for component in view.components {
            guard !component.checks.isEmpty else {
                checks[component.id.name] = [Self.measurement(component)]
                continue
            }
            for check in component.checks {
                checks["\(component.id):\(check.name)"] = [Self.measurement(component, check)]
            }
        }
    }

    /// What a program's own checks found.
    public init(_ results: [ComponentID: HealthCheckResult], version: String) {
        let worst = results.values.compactMap(\.status).max()
        status = Word(worst)
        self.version = String(version.prefix { $0 != "." })
        releaseId = version
        description = "What this program says of itself"
        let failures = results.filter { $0.value.status == worst && Word($0.value.status) != .pass }
        output =
            failures.isEmpty ? nil : failures.map { "\($0.key): \($0.value.message)" }.sorted().joined(separator: "; ")
        checks = [:]
        for (name, result) in results {
            let word = Word(result.status)
            checks[name.name] = [
                Measurement(
                    componentId: name, componentType: .daemon, status: word, time: "\(result.timestamp)",
                    observedValue: result.latency.milliseconds, observedUnit: "ms",
                    output: word == .pass ? nil : result.message)
            ]
        }
    }

    private static func measurement(_ component: ComponentView, _ check: CheckView? = nil) -> Measurement {
        let status: Word =
            switch check?.level {
            case nil: Word(component.state.status)
            case .unknown?, .healthy?: .pass
            case .starting?, .degraded?, .recovering?: .warn
            case .unhealthy?, .down?: .fail
            }
        return Measurement(
            componentId: component.id, componentType: component.layer, status: status,
            time: check?.lastRun.map { "\($0)" }, observedValue: check?.latency?.milliseconds,
            observedUnit: check?.latency == nil ? nil : "ms",
            output: status == .pass ? nil : check?.message ?? component.cause.evidence)
    }
}
