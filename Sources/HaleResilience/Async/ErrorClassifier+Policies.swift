/// What policies make of an error.
extension ErrorClassifier {
    /// What a ``Retry`` should do.
    @Sendable
    public func decision(on error: any Error) -> Retry.Decision {
        let advice = advice(for: error)
        guard advice.retry else { return .stop }
        return advice.delay.map { .retryAfter($0) } ?? .retry
    }

    /// What a ``CircuitBreaker`` should count. An HTTP answer that lays the error to the caller (a wrong request, a missing
    /// right) is a success of the other side: it answered.
    @Sendable
    public func verdict(on error: any Error) -> CircuitBreaker.Verdict {
        guard !(error is any RejectionError) else { return .ignored }
        let advice = advice(for: error)
        guard !advice.opensCircuit else { return .failure }
        let isCallersFault = advice.category == .validation || advice.category == .authentication
        return isCallersFault && WellKnownErrors.httpStatus(in: error) != nil ? .success : .ignored
    }
}
