/// The operation did not end in time and was cancelled.
public struct TimeoutError: Error, Hashable, Sendable, CustomStringConvertible {
    public let name: String
    /// The time it was given: the policy's limit, or what an outer deadline left of it. Zero, or less: there was none, and
    /// the operation was not begun.
    public let limit: Duration

    public init(name: String = "timeout", limit: Duration) {
        self.name = name
        self.limit = limit
    }

    public var description: String { "\(name): no result within \(limit)" }
}
