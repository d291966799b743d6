/// How everything is, or one component, in short: `GET /api/v1/healing/health`.
public struct HealthDocument: Codable, Hashable, Sendable {
    public struct Issue: Codable, Hashable, Sendable {
        public var componentId: ComponentID
        public var state: HealthState
        public var message: String
    }

    /// How many components are in which condition.
    public struct Details: Codable, Hashable, Sendable {
        public var components: Int
        public var healthy: Int
        public var degraded: Int
        public var unhealthy: Int
        public var critical: Int
        /// Nothing is known of them, or they are stopped on purpose: they do not count.
        public var unknown: Int
    }

    /// Set where it is about one component.
    public var componentId: ComponentID?
    /// `nil` where nothing is known.
    public var systemStatus: HealthStatus?
    /// 0…100.
    public var score: Double?
    /// Only for the whole system.
    public var scoreParts: ScoreParts?
    /// Of the last 20 runs of each check, 0…1; `nil` before the first.
    public var errorRate: Double?
    public var successRate: Double?
    public var message: String
    /// The worst first, at most 100.
    public var issues: [Issue]
    public var details: Details

    private static let maxIssues = 100

    public init(_ view: HealthView) {
        self.init(view.components.map { $0 })
        systemStatus = view.system.level
        score = view.system.score
        scoreParts = view.system.parts
        let lost = issues.prefix(5).map { "\($0.componentId) is \($0.state.rawValue)" }.joined(separator: ", ")
        let more = details.components - details.healthy - details.unknown - min(issues.count, 5)
        message =
            issues.isEmpty
            ? "everything that is known is healthy" : lost + (more > 0 ? ", and \(more) more are not well" : "")
    }

    public init(_ component: ComponentView) {
        self.init([component])
        componentId = component.id
        systemStatus = component.state.status
        score = component.healthScore.map { 100 * $0 }
        message = ComponentDocument.message(component)
    }

    private init(_ components: [ComponentView]) {
        var details = Details(
            components: components.count, healthy: 0, degraded: 0, unhealthy: 0, critical: 0, unknown: 0)
        var runs = 0
        var successes = 0
        for component in components {
            switch component.state.status {
            case .healthy: details.healthy += 1
            case .degraded: details.degraded += 1
            case .unhealthy: details.unhealthy += 1
            case .critical: details.critical += 1
            case nil: details.unknown += 1
            }
            for check in component.checks {
                runs += check.recent.count
                successes += check.recent.successes
            }
        }
        self.details = details
        successRate = runs == 0 ? nil : Double(successes) / Double(runs)
        errorRate = successRate.map { 1 - $0 }
        message = ""
        issues = components.filter { ($0.state.status ?? .healthy) != .healthy }
            .sorted { ($1.state.status?.rank ?? 0, $0.id) < ($0.state.status?.rank ?? 0, $1.id) }
            .prefix(Self.maxIssues)
            .map { Issue(componentId: $0.id, state: $0.state, message: ComponentDocument.message($0)) }
    }
}
