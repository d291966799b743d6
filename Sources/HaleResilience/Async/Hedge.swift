import HaleModel

/// Starts a second call when the first is slow; the first good answer wins and the others are cancelled.
///
/// ```swift
/// let hedge = Hedge(after: .milliseconds(80))
/// let page = try await hedge { try await http.get(url) }
/// ```
///
/// For calls that may safely be made twice. A call that fails starts the next one at once; if all fail, the first error is
/// thrown, but ``RollbackFailed`` before others. Put a ``RetryBudget`` there to bound the extra calls to a part of all.
///
/// Extra calls add up and never multiply: within a further attempt of a ``Retry``, or a further call of another hedge, a
/// hedge makes one call, and within its own further calls a retry makes one attempt.
///
/// Being structured, it returns when all of its calls have ended: one that ignores its cancellation holds the answer up.
public struct Hedge: ResiliencePolicy {
    public let name: String
    public let delay: Duration
    public let maxCalls: Int
    private let budget: RetryBudget?
    private let time: TimeSource
    private let events: ResilienceEvents

    /// - Parameters:
    ///   - delay: how long to wait for an answer before the next call.
    ///   - maxCalls: calls with the first, 2 to 10. Default 2.
    public init(
        after delay: Duration, maxCalls: Int = 2, name: String = "hedge", budget: RetryBudget? = nil,
        events: ResilienceEvents = .shared, clock: any Clock<Duration> = ContinuousClock()
    ) {
        precondition((2...10).contains(maxCalls), "maxCalls is \(maxCalls), expected 2 to 10")
        precondition(delay >= .zero, "delay is \(delay), expected 0 s or more")
        self.name = name
        self.delay = delay
        self.maxCalls = maxCalls
        self.budget = budget
        self.events = events
        time = TimeSource(clock)
    }

    private enum Happening<Value: Sendable>: Sendable {
        case value(Value)
        case failed(any Error)
        /// The pause after the call with this number is over.
        case due(after: Int)
        case timerStopped

        var rollbackFailed: RollbackFailed? {
            if case .failed(let error) = self { error as? RollbackFailed } else { nil }
        }
    }

    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        guard !Retry.isFurtherCall else { return try await operation() }
        guard let budget else { return try await calls(of: operation).get() }
        return try await budget.counting { await calls(of: operation) }.get()
    }

    private func calls<Value: Sendable>(
        of operation: @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        await withoutActuallyEscaping(operation) { operation in
            await withTaskGroup(of: Happening<Value>.self) { group in
                await race(operation, in: &group)
            }
        }
    }

    private func race<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value, in group: inout TaskGroup<Happening<Value>>
    ) async -> Result<Value, any Error> {
        var underWay = 1
        var started = 1
        var firstError: (any Error)?
        var notUndone: [RollbackFailed] = []
        start(operation, number: started, in: &group)
        while let happening = await group.next() {
            var another = false
            switch happening {
            case .value(let value):
                group.cancelAll()
                while let loser = await group.next() { loser.rollbackFailed.map { notUndone.append($0) } }
                tell(of: notUndone)
                return .success(value)
            case .failed(let error):
                underWay -= 1
                firstError = firstError ?? error
                happening.rollbackFailed.map { notUndone.append($0) }
                another = ErrorClassifier.current.advice(for: error).retry
            case .due(let call): another = call == started
            case .timerStopped: break
            }
            if another, started < maxCalls, !Task.isCancelled, budget?.takeRetry() ?? true {
                started += 1
                underWay += 1
                events.publish(name, .hedged(attempt: started))
                start(operation, number: started, in: &group)
            }
            if underWay == 0 { break }
        }
        group.cancelAll()
        tell(of: notUndone.dropFirst())
        return .failure(notUndone.first ?? firstError ?? CancellationError())
    }

    /// What the calls left undone of which the caller does not hear by an error.
    private func tell(of failures: some Sequence<RollbackFailed>) {
        for failure in failures {
            for left in failure.leftUndone {
                events.publish(name, .undoFailed(step: left.step, cause: left.error))
            }
        }
    }

    /// Starts a call, and unless it is the last one, the pause after it.
    private func start<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value, number: Int,
        in group: inout TaskGroup<Happening<Value>>
    ) {
        group.addTask {
            do {
                guard number > 1 else { return .value(try await operation()) }
                return .value(try await Retry.$isFurtherCall.withValue(true) { try await operation() })
            } catch {
                return .failed(error)
            }
        }
        guard number < maxCalls else { return }
        let end = time.now + TimeSpan(bounding: delay)
        group.addTask { [time] in
            do { try await time.sleep(until: end) } catch { return .timerStopped }
            return .due(after: number)
        }
    }
}
