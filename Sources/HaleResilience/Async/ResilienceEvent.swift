/// Something that a policy did other than letting a call through.
public struct ResilienceEvent: Sendable, CustomStringConvertible {
    public enum Kind: Sendable {
        case circuitOpened(for: Duration, openings: Int, cause: (any Error)?)
        case circuitHalfOpened
        case circuitClosed
        /// An operator took the decision from the calls, or gave it back.
        case circuitControlled(CircuitBreaker.State)
        case circuitRejected(remaining: Duration)
        case storeFailed(any Error)
        /// A damaged record was set aside; the breaker began closed.
        case storeRecordSetAside(String)
        case retryScheduled(attempt: Int, after: Duration, cause: any Error)
        case retryGaveUp(attempts: Int, reason: Retry.StopReason, cause: any Error)
        case timedOut(after: Duration)
        case bulkheadRejected(BulkheadFullError.Reason)
        case rateLimited(retryAfter: Duration)
        case hedged(attempt: Int)
        case fellBack(to: String, cause: any Error)
        case undone(step: String)
        case undoFailed(step: String, cause: any Error)
    }

    /// The name of the policy.
    public let policy: String
    public let kind: Kind

    public init(policy: String, kind: Kind) {
        self.policy = policy
        self.kind = kind
    }

    /// The kind in one word, for metric labels: `circuit_opened`.
    public var label: String {
        switch kind {
        case .circuitOpened: "circuit_opened"
        case .circuitHalfOpened: "circuit_half_opened"
        case .circuitClosed: "circuit_closed"
        case .circuitControlled: "circuit_controlled"
        case .circuitRejected: "circuit_rejected"
        case .storeFailed: "store_failed"
        case .storeRecordSetAside: "store_record_set_aside"
        case .retryScheduled: "retry_scheduled"
        case .retryGaveUp: "retry_gave_up"
        case .timedOut: "timed_out"
        case .bulkheadRejected: "bulkhead_rejected"
        case .rateLimited: "rate_limited"
        case .hedged: "hedged"
        case .fellBack: "fell_back"
        case .undone: "undone"
        case .undoFailed: "undo_failed"
        }
    }

    public var description: String { "\(policy): \(kind)" }
}

/// Where policies say what they do. Each subscriber gets its own stream.
///
/// ```swift
/// for await event in ResilienceEvents.shared.stream() { print(event) }
/// ```
///
/// With no subscriber an event costs one atomic read. A slow subscriber loses its oldest events, never the caller's time.
public final class ResilienceEvents: Sendable {
    /// Used by every policy that is not given another.
    public static let shared = ResilienceEvents()

    private let broadcast = Broadcast<ResilienceEvent>()

    public init() {}

    /// The events from this call on; at most `buffer` of them wait.
    public func stream(buffer: Int = 256) -> AsyncStream<ResilienceEvent> { broadcast.stream(buffer: buffer) }

    /// Puts an event on every stream: for policies of your own.
    public func publish(_ policy: String, _ kind: @autoclosure () -> ResilienceEvent.Kind) {
        guard broadcast.hasSubscribers else { return }
        broadcast.send(ResilienceEvent(policy: policy, kind: kind()))
    }
}
