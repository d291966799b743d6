/// The circuit breaker of one check, as the HTTP interface shows it.
public struct BreakerDocument: Codable, Hashable, Sendable {
    public var componentId: ComponentID
    public var check: String
    /// `closed`, `open` or `half_open`.
    public var state: String
    public var consecutiveFailures: Int
    public var consecutiveSuccesses: Int
    /// Until when it is open.
    public var openUntil: String?

    public init(_ view: CheckView, of component: ComponentID) {
        componentId = component
        check = view.name
        state = view.breaker.name
        consecutiveFailures = view.consecutiveFailures
        consecutiveSuccesses = view.consecutiveSuccesses
        if case .open(let until) = view.breaker { openUntil = "\(until)" }
    }
}
