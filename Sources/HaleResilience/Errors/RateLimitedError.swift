/// The rate is used up; the call was not made.
public struct RateLimitedError: RejectionError, Hashable, CustomStringConvertible {
    public let limiter: String
    /// When a token will be there.
    public let retryAfter: Duration?

    public init(limiter: String, retryAfter: Duration?) {
        self.limiter = limiter
        self.retryAfter = retryAfter
    }

    public var description: String { "\(limiter): used up, the next call fits in \(retryAfter ?? .zero)" }
}
