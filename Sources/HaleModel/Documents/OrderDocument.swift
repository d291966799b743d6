/// What became of an order, as the HTTP interface shows it.
public struct OrderDocument: Codable, Hashable, Sendable {
    public var message: String

    public init(message: String) { self.message = message }
}

/// The results of forced checks.
public struct CheckedDocument: Codable, Hashable, Sendable {
    public var componentId: ComponentID
    public var check: String
    /// `nil`: the check could say nothing.
    public var status: HealthStatus?
    public var message: String
    public var details: [String: JSONValue]
    public var metrics: [String: Double]
    public var timestamp: String
    public var latencyMs: Double

    public init(_ checked: CheckedComponent) {
        componentId = checked.component
        check = checked.check
        status = checked.result.status
        message = checked.result.message
        details = checked.result.details
        metrics = checked.result.metrics
        timestamp = "\(checked.result.timestamp)"
        latencyMs = checked.result.latency.milliseconds
    }
}

/// An error as RFC 9457 has it.
public struct ProblemDocument: Codable, Hashable, Sendable {
    public var title: String
    public var status: Int
    public var detail: String

    public init(title: String, status: Int, detail: String) {
        self.title = title
        self.status = status
        self.detail = detail
    }
}

/// The answer of `/health`, `/ready` and `/started`.
public struct ProbeDocument: Codable, Hashable, Sendable {
    public var status: String
    public var reason: String?

    public init(status: String, reason: String? = nil) {
        self.status = status
        self.reason = reason
    }
}
