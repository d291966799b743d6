/// The operation did not end within its limit and was cancelled.
public struct TimeoutError: Error, Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let limit: Duration

    public init(name: String = "timeout", limit: Duration) {
        self.name = name
        self.limit = limit
    }

    public var description: String { "\(name): no result within \(limit)" }
}
