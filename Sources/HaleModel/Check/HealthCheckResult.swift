/// What one check found.
///
/// ```swift
/// HealthCheckResult(.healthy, "200 OK", timestamp: now, latency: .milliseconds(12))
/// ```
public struct HealthCheckResult: Hashable, Codable, Sendable {
    /// `nil`: inconclusive, the check could say nothing (no descriptor, no memory, no driver).
    public var status: HealthStatus?
    public var message: String
    public var details: [String: JSONValue]
    /// When the check ended.
    public var timestamp: WallTime
    /// From its beginning to its end, connection included.
    public var latency: TimeSpan

    public init(
        _ status: HealthStatus?, _ message: String, details: [String: JSONValue] = [:], timestamp: WallTime,
        latency: TimeSpan
    ) {
        self.status = status
        self.message = message
        self.details = details
        self.timestamp = timestamp
        self.latency = latency
    }

    public var verdict: Verdict {
        switch status {
        case .healthy: .good
        case .degraded: .degraded
        case .unhealthy, .critical: .failed
        case nil: .inconclusive
        }
    }
}

/// What a result means to the rules.
public enum Verdict: String, Codable, CaseIterable, Hashable, Sendable {
    case good
    /// Works, but slow or warning. Counts as a success.
    case degraded
    case failed
    /// Says nothing, changes nothing.
    case inconclusive
}
