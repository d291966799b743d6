import HaleModel

/// The moment by which the current task must be done: set by ``Timeout`` (and by a ``Retry`` that has a deadline), and
/// seen by every policy inside, so that an inner time-out never outlives the outer one and no wait is begun that can't
/// end in time.
///
/// ```swift
/// let header = Deadline.remaining.map { "grpc-timeout: \($0.components.seconds)S" }
/// ```
///
/// Unstructured tasks inherit it: work that outlives the call is begun in ``withoutDeadline(_:)``.
public struct Deadline: Sendable {
    @TaskLocal static var current: Deadline?

    let time: TimeSource
    let at: Instant
    /// What was left when it was set.
    let limit: TimeSpan

    /// What is left for the current task, never negative; `nil` without a deadline.
    public static var remaining: Duration? { remainingSpan?.duration }

    /// True if the current task's time is up.
    public static var hasPassed: Bool { current?.isOver ?? false }

    @usableFromInline
    var isOver: Bool { time.now >= at }

    static var remainingSpan: TimeSpan? {
        current.map { max($0.at - $0.time.now, .zero) }
    }

    /// Runs the operation with this deadline in force.
    @usableFromInline
    func during<Value>(_ operation: () async throws -> Value) async rethrows -> Value {
        try await Self.$current.withValue(self) { try await operation() }
    }

    /// Returns when it is over, or the task is cancelled.
    @usableFromInline
    func sleep() async { try? await time.sleep(until: at) }

    /// The earlier of the deadline in force and one after `limit` on the given clock.
    static func tightest(_ limit: TimeSpan, on time: TimeSource) -> Deadline {
        let limit = max(min(limit, remainingSpan ?? limit), .zero)
        return Deadline(time: time, at: time.now + limit, limit: limit)
    }
}

/// Runs work that does not belong to the call in which it is begun: the call's ``Deadline`` does not bound it, and a
/// ``Retry`` in it makes all of its attempts even if the call is one of another retry.
///
/// ```swift
/// Task { try await withoutDeadline { try await site.deploy("2.0") } }
/// ```
///
/// A `Task { }` inherits both from where it is made; without this, it would find its time used up once the call's is.
public func withoutDeadline<Value>(_ operation: () async throws -> Value) async rethrows -> Value {
    try await Deadline.$current.withValue(nil) {
        try await Retry.$isWithinRetry.withValue(false) { try await operation() }
    }
}

/// True if the error is the caller's own wish to stop, and not the work of a deadline.
func isCancellation(_ error: any Error) -> Bool {
    Task.isCancelled ? !Deadline.hasPassed : error is CancellationError
}

/// True if nothing more should be begun after this error, whoever it was that cancelled.
func endsTheCall(_ error: any Error) -> Bool { Task.isCancelled || error is CancellationError }
