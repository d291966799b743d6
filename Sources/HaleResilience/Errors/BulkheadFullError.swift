/// There was no place; the call was not made.
public struct BulkheadFullError: RejectionError, Hashable, CustomStringConvertible {
    public enum Reason: String, Hashable, Sendable {
        case full, waitedTooLong
    }

    public let bulkhead: String
    public let reason: Reason

    public init(bulkhead: String, reason: Reason) {
        self.bulkhead = bulkhead
        self.reason = reason
    }

    public var retryAfter: Duration? { nil }

    public var description: String {
        switch reason {
        case .full: "bulkhead \(bulkhead): every place and the queue are taken"
        case .waitedTooLong: "bulkhead \(bulkhead): no place within the longest wait"
        }
    }
}
