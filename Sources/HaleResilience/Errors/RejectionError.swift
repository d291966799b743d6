/// An error of a policy that kept a call from being made: nothing was sent, nothing needs undoing.
public protocol RejectionError: Error {
    /// When a call may be admitted again, if that is known.
    var retryAfter: Duration? { get }
}
