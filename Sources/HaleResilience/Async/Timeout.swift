import HaleModel

/// Ends an operation that takes too long by cancelling it, and throws ``TimeoutError``.
///
/// ```swift
/// let timeout = Timeout(.seconds(2))
/// let page = try await timeout { try await http.get(url) }
/// ```
///
/// Whether it came in time is judged by the clock when it ends; what comes late is not returned, because a cancelled
/// operation may return half of an answer. The operation runs in a child task beside the timer, so that one that never
/// suspends is cancelled as well. Being structured, the call returns when the operation has ended: one that ignores
/// cancellation holds it up. Nested time-outs shrink: an inner one never outlives an outer one.
///
/// If undoing a late operation fails, ``RollbackFailed`` is thrown instead, with the ``TimeoutError`` as its cause.
public struct Timeout: ResiliencePolicy {
    public let name: String
    public let limit: Duration
    private let span: TimeSpan
    private let time: TimeSource
    private let events: ResilienceEvents

    public init(
        _ limit: Duration, name: String = "timeout", events: ResilienceEvents = .shared,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.name = name
        self.limit = limit
        self.span = TimeSpan(bounding: limit)
        self.time = TimeSource(clock)
        self.events = events
    }

    @usableFromInline
    enum Happening<Value: Sendable>: Sendable {
        case ended(Result<Value, any Error>, inTime: Bool)
        /// The time is up, or the caller was cancelled.
        case timerEnded
    }

    @inlinable
    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        let deadline = try begin()
        let (result, inTime) = await withoutActuallyEscaping(operation) { operation in
            await withTaskGroup(of: Happening<Value>.self) { group in
                group.addTask { await Self.run(operation, by: deadline) }
                group.addTask {
                    await deadline.sleep()
                    return .timerEnded
                }
                return await Self.outcome(of: &group)
            }
        }
        if inTime { return try result.get() }
        if case .failure(let error) = result { throw lateError(error, after: deadline) }
        throw lateError(nil, after: deadline)
    }

    @usableFromInline
    func begin() throws -> Deadline {
        try Task.checkCancellation()
        let deadline = Deadline.tightest(span, on: time, cuttingOff: true)
        guard deadline.limit > .zero else { throw timedOut(after: deadline) }
        return deadline
    }

    @usableFromInline
    func lateError(_ error: (any Error)?, after deadline: Deadline) -> any Error {
        let timeout = timedOut(after: deadline)
        return (error as? RollbackFailed)?.because(of: timeout) ?? timeout
    }

    @inlinable
    static func run<Value: Sendable>(
        _ operation: @Sendable () async throws -> Value, by deadline: Deadline
    ) async -> Happening<Value> {
        let result: Result<Value, any Error>
        do {
            result = .success(try await deadline.during(operation))
        } catch {
            result = .failure(error)
        }
        return .ended(result, inTime: !deadline.isOver)
    }

    /// How the operation ended; whatever comes first stops the other.
    @inlinable
    static func outcome<Value: Sendable>(
        of group: inout TaskGroup<Happening<Value>>
    ) async -> (Result<Value, any Error>, inTime: Bool) {
        while let happening = await group.next() {
            group.cancelAll()
            if case .ended(let result, let inTime) = happening { return (result, inTime) }
        }
        preconditionFailure("the operation of a time-out ended without an outcome")
    }

    private func timedOut(after deadline: Deadline) -> TimeoutError {
        let limit = deadline.limit.duration
        events.publish(name, .timedOut(after: limit))
        return TimeoutError(name: name, limit: limit)
    }
}
