/// An operation failed, and not everything that it had done could be undone.
public struct RollbackFailed: Error, CustomStringConvertible {
    public struct LeftUndone: Sendable {
        public let step: String
        public let error: any Error
    }

    public let name: String
    /// Why there was something to undo.
    public let cause: any Error
    /// The steps that were undone, in that order.
    public let undone: [String]
    /// The steps that still stand, for a person to look at.
    public let leftUndone: [LeftUndone]

    public var description: String {
        "\(name) failed (\(cause)) and was not undone wholly; left: "
            + leftUndone.map { "\($0.step) (\($0.error))" }.joined(separator: ", ")
    }

    /// The error with the reason of the cancellation in its place.
    func because(of timeout: TimeoutError) -> RollbackFailed {
        guard cause is CancellationError else { return self }
        return RollbackFailed(name: name, cause: timeout, undone: undone, leftUndone: leftUndone)
    }
}
