package import HaleModel

/// A token bucket as one number: the instant at which the bucket would be full again (the generic cell rate algorithm).
///
/// A call moves that instant on by `interval`. It may go at once while the instant is at most `burst × interval` away,
/// and otherwise as soon as it will be.
package struct RateLimiterStateMachine: Hashable, Sendable {
    /// The time in which one token comes back.
    package let interval: TimeSpan
    /// How many tokens the bucket holds.
    package let burst: Int64
    package var fullAt: Instant

    package enum Decision: Hashable, Sendable {
        /// Go after this wait; a token is taken.
        case go(after: TimeSpan)
        /// The wait would be longer than allowed; nothing is taken.
        case reject(retryAfter: TimeSpan)
    }

    package init(interval: TimeSpan, burst: Int, fullAt: Instant = Instant(nanoseconds: .min / 4)) {
        self.interval = interval
        self.burst = Int64(burst)
        self.fullAt = fullAt
    }

    package mutating func take(_ tokens: Int64 = 1, at now: Instant, waitingAtMost limit: TimeSpan) -> Decision {
        let next = max(fullAt, now) + interval * tokens
        let wait = max(next - now - interval * burst, .zero)
        guard wait <= limit else { return .reject(retryAfter: wait) }
        fullAt = next
        return .go(after: wait)
    }

    /// Returns a token that was taken and not used.
    package mutating func giveBack() { fullAt = fullAt - interval }

    /// Whole tokens in the bucket.
    package func available(at now: Instant) -> Int {
        let missing = max(fullAt - now, .zero)
        let used = (missing.nanoseconds + interval.nanoseconds - 1) / max(interval.nanoseconds, 1)
        return Int(max(burst - used, 0))
    }
}
