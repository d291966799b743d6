package import HaleModel

/// A token bucket as one number, the instant at which the bucket is full again (the generic cell rate algorithm), and the
/// callers who wait for a token.
///
/// Waiters are numbers, never continuations, so that the machine is a value. A token is taken when a call goes, never
/// before: a waiter who gives up leaves nothing behind, and those after it move up. A waiter who wakes late takes the token
/// of its turn all the same, up to `lateness`, so that those behind it keep theirs.
package struct RateLimiterStateMachine: Hashable, Sendable {
    package enum Entry: Hashable, Sendable {
        /// A token is taken.
        case go
        case queued(UInt64)
        /// The wait would be longer than allowed.
        case rejected(retryAfter: TimeSpan)
    }

    /// How late a waiter may wake without loss. What a machine under load takes to wake a task is less; what is more is a
    /// machine that slept, and the calls it owes must not come at once.
    package static let lateness = TimeSpan.milliseconds(50)

    /// The time in which one token comes back.
    package let interval: TimeSpan
    /// How many tokens the bucket holds.
    package let burst: Int64
    /// First come, first served.
    package private(set) var queue: [UInt64] = []
    private var fullAt = Instant(nanoseconds: .min / 4)
    private var nextNumber: UInt64 = 0

    package init(interval: TimeSpan, burst: Int) {
        self.interval = interval
        self.burst = Int64(burst)
    }

    /// When the next call may go: the first of the queue, if there is one.
    package var turn: Instant { fullAt - interval * (burst - 1) }

    package mutating func enter(at now: Instant, waitingAtMost limit: TimeSpan) -> Entry {
        if queue.isEmpty, now >= turn {
            takeToken(at: now)
            return .go
        }
        let begin = max(fullAt, now - Self.lateness)
        let wait = max(begin + interval * (Int64(queue.count) + 1) - now - interval * burst, .zero)
        guard limit > .zero, wait <= limit else { return .rejected(retryAfter: wait) }
        nextNumber += 1
        queue.append(nextNumber)
        return .queued(nextNumber)
    }

    /// The first of the queue goes. Not before its `turn`.
    package mutating func goFirst(at now: Instant) {
        precondition(!queue.isEmpty && now >= turn, "nobody's turn at \(now), queue \(queue), next at \(turn)")
        queue.removeFirst()
        takeToken(at: now - Self.lateness)
    }

    package mutating func giveUp(_ waiter: UInt64) { queue.removeAll { $0 == waiter } }

    /// Whole tokens in the bucket that nobody waits for.
    package func available(at now: Instant) -> Int {
        guard queue.isEmpty else { return 0 }
        let missing = max(fullAt - now, .zero)
        let used = (missing.nanoseconds + interval.nanoseconds - 1) / max(interval.nanoseconds, 1)
        return Int(max(burst - used, 0))
    }

    private mutating func takeToken(at now: Instant) { fullAt = max(fullAt, now) + interval }
}
