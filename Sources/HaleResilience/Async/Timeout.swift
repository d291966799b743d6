import HaleModel

/// Ends an operation that takes too long by cancelling it, and throws ``TimeoutError``.
///
/// ```swift
/// let rows = try await Timeout(.seconds(2)).execute { try await database.query(sql) }
/// ```
///
/// The operation runs in a child task. Being structured, the call returns when the operation has ended: one that ignores
/// cancellation holds it up. Nested time-outs shrink: an inner one never outlives an outer one.
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

    private enum Outcome<Value: Sendable>: Sendable {
        case value(Value)
        case failed(any Error)
        case late
        case timerStopped
    }

    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        let deadline = Deadline.tightest(span, on: time)
        guard deadline.at > time.now else { throw timedOut() }
        let outcome = await withoutActuallyEscaping(operation) { operation in
            await withTaskGroup(of: Outcome<Value>.self) { group in
                group.addTask { [time] in
                    do {
                        try await time.sleep(until: deadline.at)
                        return .late
                    } catch {
                        return .timerStopped
                    }
                }
                // Spares the operation a thread change until it first suspends.
                if #available(macOS 26, iOS 26, watchOS 26, tvOS 26, visionOS 26, *) {
                    group.addImmediateTask { await Self.outcome(of: operation, by: deadline) }
                } else {
                    group.addTask { await Self.outcome(of: operation, by: deadline) }
                }
                return await Self.first(of: &group)
            }
        }
        switch outcome {
        case .value(let value): return value
        case .failed(let error): throw error
        case .late, .timerStopped: throw timedOut()
        }
    }

    private static func outcome<Value: Sendable>(
        of operation: @Sendable () async throws -> Value, by deadline: Deadline
    ) async -> Outcome<Value> {
        do {
            return .value(try await Deadline.$current.withValue(deadline) { try await operation() })
        } catch {
            return .failed(error)
        }
    }

    /// The operation's own outcome, unless the timer was first and the operation did not succeed all the same.
    private static func first<Value: Sendable>(of group: inout TaskGroup<Outcome<Value>>) async -> Outcome<Value> {
        var isLate = false
        while let outcome = await group.next() {
            switch outcome {
            case .value:
                group.cancelAll()
                return outcome
            case .failed:
                group.cancelAll()
                return isLate ? .late : outcome
            case .late:
                isLate = true
                group.cancelAll()
            case .timerStopped: break
            }
        }
        return .late
    }

    private func timedOut() -> TimeoutError {
        events.publish(name, .timedOut(after: limit))
        return TimeoutError(name: name, limit: limit)
    }
}
