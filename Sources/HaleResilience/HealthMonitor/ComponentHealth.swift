public import HaleModel

extension HealthStatus {
    /// Under 5 % of the operations failing: healthy; under 20 %: degraded; under 50 %: unhealthy; else critical.
    public init(errorRate: Double) {
        self = errorRate < 0.05 ? .healthy : errorRate < 0.2 ? .degraded : errorRate < 0.5 ? .unhealthy : .critical
    }
}

/// How one component of a program is doing.
public struct ComponentHealth: Hashable, Sendable, Codable {
    public var component: String
    public var status: HealthStatus
    /// The part of failed operations in the window, 0…1.
    public var errorRate: Double
    public var operations: Int
    public var failures: Int
    /// `nil` without a success.
    public var meanResponseTime: Duration?
    public var consecutiveFailures: Int
    /// What the last failure said.
    public var lastFailure: String?
    /// What the last run of its own check said; `nil` if it has none or it passed.
    public var failedCheck: String?
}

/// How the whole program is doing: as bad as its worst component.
public struct SystemHealth: Hashable, Sendable, Codable {
    public struct Issue: Hashable, Sendable, Codable {
        public var component: String
        public var status: HealthStatus
        public var reason: String

        public init(component: String, status: HealthStatus, reason: String) {
            self.component = component
            self.status = status
            self.reason = reason
        }
    }

    public var status: HealthStatus
    public var components: [ComponentHealth]
    /// One for each component that is not healthy, the worst first.
    public var issues: [Issue]

    public func count(of status: HealthStatus) -> Int { components.count { $0.status == status } }
}
