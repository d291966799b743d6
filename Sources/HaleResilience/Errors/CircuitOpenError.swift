/// The circuit is open; the call was not made.
public struct CircuitOpenError: RejectionError, CustomStringConvertible {
    public let breaker: String
    /// Until calls are tried again; zero while half-open with every place taken, `nil` while forced open.
    public let remaining: Duration?
    /// The error that was counted last; `nil` if all that failed were returned values.
    public let lastCause: (any Error)?

    public init(breaker: String, remaining: Duration?, lastCause: (any Error)?) {
        self.breaker = breaker
        self.remaining = remaining
        self.lastCause = lastCause
    }

    public var retryAfter: Duration? { remaining }

    public var description: String {
        let pause = remaining.map { $0 > .zero ? "is open for another \($0)" : "is trying whether it works again" }
        let cause = lastCause.map { ", last failure: \($0)" } ?? ""
        return "circuit \(breaker) \(pause ?? "is held open")\(cause)"
    }
}
