import HaleModel

/// The moment by which the current task must be done: set by ``Timeout`` (and by a ``Retry`` that has a deadline), and
/// seen by every policy inside, so that an inner time-out never outlives the outer one and no wait is begun that can't
/// end in time.
///
/// ```swift
/// request.headers["grpc-timeout"] = Deadline.remaining.map { "\($0.components.seconds)S" }
/// ```
public struct Deadline: Sendable {
    @TaskLocal static var current: Deadline?

    let time: TimeSource
    let at: Instant

    /// What is left for the current task, never negative; `nil` without a deadline.
    public static var remaining: Duration? { remainingSpan?.duration }

    /// True if the current task's time is up.
    public static var hasPassed: Bool { remainingSpan == .zero }

    static var remainingSpan: TimeSpan? {
        current.map { max($0.at - $0.time.now, .zero) }
    }

    /// The earlier of the deadline in force and one after `limit` on the given clock.
    static func tightest(_ limit: TimeSpan, on time: TimeSource) -> Deadline {
        Deadline(time: time, at: time.now + min(limit, remainingSpan ?? limit))
    }
}
