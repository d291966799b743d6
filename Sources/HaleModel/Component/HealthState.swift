/// What a component is.
public enum HealthState: String, Codable, CaseIterable, Hashable, Sendable {
    /// Nothing heard yet, or stopped on purpose.
    case unknown
    /// In its start period.
    case starting
    /// Every source good.
    case healthy
    /// Works, with something wrong.
    case degraded
    /// Barely works.
    case unhealthy
    /// Not usable.
    case down
    /// Good again after `down`, not yet often enough.
    case recovering
    /// A remedy is at work.
    case restarting
    /// Hale gave up; a person is needed.
    case failed

    /// The state on the four-step ladder; `nil` for `unknown`, which is not counted.
    public var status: HealthStatus? {
        switch self {
        case .unknown: nil
        case .healthy: .healthy
        case .starting, .degraded, .recovering: .degraded
        case .unhealthy, .restarting: .unhealthy
        case .down, .failed: .critical
        }
    }

    /// `nil` for the states that stay on the side they came from, and for `unknown`.
    public var isUsable: Bool? {
        switch self {
        case .healthy, .degraded, .unhealthy: true
        case .down, .restarting, .failed: false
        case .starting, .recovering, .unknown: nil
        }
    }

    /// One shape per state, the same on every face.
    public var symbol: Character {
        switch self {
        case .healthy: "●"
        case .degraded: "◐"
        case .unhealthy: "◆"
        case .down: "■"
        case .failed: "✖"
        case .restarting: "↻"
        case .recovering: "◔"
        case .starting: "◌"
        case .unknown: "○"
        }
    }
}
