/// The four-step ladder for what is measured at one moment: a check result, a component in a program, the whole system.
public enum HealthStatus: String, Codable, CaseIterable, Hashable, Sendable {
    case healthy
    case degraded
    case unhealthy
    case critical

    public var rank: Int {
        switch self {
        case .healthy: 0
        case .degraded: 1
        case .unhealthy: 2
        case .critical: 3
        }
    }
}

extension HealthStatus: Comparable {
    public static func < (a: HealthStatus, b: HealthStatus) -> Bool { a.rank < b.rank }
}
