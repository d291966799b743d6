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
///
/// A class, so that the many calls without one cost one word to look at.
public final class Deadline: Sendable {
    @TaskLocal static var current: Deadline?

    /// The end that a ``Timeout`` sets: it cancels the task then. The deadline of a ``Retry`` cancels nothing.
    struct CutOff: Sendable {
        let time: TimeSource
        let at: Instant
        let whole: TimeSpan

        var isOver: Bool { time.now >= at }
    }

    let time: TimeSource
    let at: Instant
    /// What was left when it was set.
    let limit: TimeSpan
    /// The limit of the policy that it stems from.
    let whole: TimeSpan
    /// The earliest that is in force.
    let cutOff: CutOff?

    private init(time: TimeSource, at: Instant, limit: TimeSpan, whole: TimeSpan, cutOff: CutOff?) {
        self.time = time
        self.at = at
        self.limit = limit
        self.whole = whole
        self.cutOff = cutOff
    }

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

    /// The whole time that a call was given which ended with this error, if it was this deadline that ended it.
    func timeUsedUp(by error: any Error) -> TimeSpan? {
        if Task.isCancelled { return cutOff.flatMap { $0.isOver ? $0.whole : nil } }
        return error is TimeoutError && isOver ? whole : nil
    }

    /// The earlier of the deadline in force and one after `limit` on the given clock.
    static func tightest(_ limit: TimeSpan, on time: TimeSource, cuttingOff: Bool) -> Deadline {
        let outer = current
        let left = remainingSpan ?? limit
        let whole = left < limit ? outer?.whole ?? limit : limit
        let limit = max(min(limit, left), .zero)
        let at = time.now + limit
        return Deadline(
            time: time, at: at, limit: limit, whole: whole,
            cutOff: cuttingOff ? CutOff(time: time, at: at, whole: whole) : outer?.cutOff)
    }
}

/// Runs work that does not belong to the call in which it is begun: the call's ``Deadline`` does not bound it, a ``Retry``
/// in it makes all of its attempts even if the call is one of another retry, and its calls pay into a ``RetryBudget`` of
/// their own accord.
///
/// ```swift
/// Task { try await withoutDeadline { try await site.deploy("2.0") } }
/// ```
///
/// A `Task { }` inherits all of it from where it is made; without this, it would find its time used up once the call's is.
public func withoutDeadline<Value>(_ operation: () async throws -> Value) async rethrows -> Value {
    try await Deadline.$current.withValue(nil) {
        try await Retry.$isFurtherCall.withValue(false) {
            try await RetryBudget.$paid.withValue(nil) {
                try await RetryBudget.$paidBefore.withValue([]) { try await operation() }
            }
        }
    }
}

/// True if the error is the caller's own wish to stop, and not the work of a time-out.
func isCancellation(_ error: any Error) -> Bool {
    Task.isCancelled ? !(Deadline.current?.cutOff?.isOver ?? false) : error is CancellationError
}

/// True if nothing more should be begun after this error, whoever it was that cancelled.
func endsTheCall(_ error: any Error) -> Bool { Task.isCancelled || error is CancellationError }
