/// What one source says of its component. `restarting` and `failed` belong to components alone.
public enum SourceLevel: String, Codable, CaseIterable, Hashable, Sendable {
    case unknown
    case healthy
    case starting
    case degraded
    case unhealthy
    case recovering
    case down

    /// The place in the order of rule C1: the worst of a component's sources decides.
    public var rank: Int {
        switch self {
        case .unknown: 0
        case .healthy: 1
        case .starting: 2
        case .degraded: 3
        case .unhealthy: 4
        case .recovering: 5
        case .down: 6
        }
    }

    public var state: HealthState {
        switch self {
        case .unknown: .unknown
        case .healthy: .healthy
        case .starting: .starting
        case .degraded: .degraded
        case .unhealthy: .unhealthy
        case .recovering: .recovering
        case .down: .down
        }
    }
}

extension SourceLevel: Comparable {
    public static func < (a: SourceLevel, b: SourceLevel) -> Bool { a.rank < b.rank }
}
