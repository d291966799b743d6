/// No alternative answered.
public struct FallbackFailed: Error, CustomStringConvertible {
    public let fallback: String
    /// All that was tried, in its order.
    public let failures: [FailedAlternative]

    public var description: String {
        "\(fallback): no alternative answered; "
            + failures.map { "\($0.name): \($0.error)" }.joined(separator: "; ")
    }
}

public struct FailedAlternative: Sendable {
    public let name: String
    public let error: any Error
}
