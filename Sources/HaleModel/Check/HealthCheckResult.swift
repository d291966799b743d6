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
    /// Numbers that the check brought along, such as `memory_mb`: at most 64, with labels of at most 128 bytes.
    public private(set) var metrics: [String: Double]
    /// When the check ended.
    public var timestamp: WallTime
    /// From its beginning to its end, connection included.
    public var latency: TimeSpan

    /// - Parameters:
    ///   - timestamp: may be left to whoever runs the check.
    ///   - latency: likewise; zero is taken for not measured.
    public init(
        _ status: HealthStatus?, _ message: String, details: [String: JSONValue] = [:],
        metrics: [String: Double] = [:], timestamp: WallTime = .epoch, latency: TimeSpan = .zero
    ) {
        self.status = status
        self.message = message
        self.details = details
        self.metrics = CheckMetrics.bounded(metrics)
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

    /// Results without metrics are read, too; they are written by what knows of none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decodeIfPresent(HealthStatus.self, forKey: .status),
            try container.decode(String.self, forKey: .message),
            details: try container.decode([String: JSONValue].self, forKey: .details),
            metrics: try container.decodeIfPresent([String: Double].self, forKey: .metrics) ?? [:],
            timestamp: try container.decode(WallTime.self, forKey: .timestamp),
            latency: try container.decode(TimeSpan.self, forKey: .latency))
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
