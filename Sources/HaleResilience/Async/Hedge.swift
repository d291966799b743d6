import HaleModel

/// Starts a second call when the first is slow; the first good answer wins and the others are cancelled.
///
/// ```swift
/// let hedge = Hedge(after: .milliseconds(80))
/// let page = try await hedge { try await http.get(url) }
/// ```
///
/// For calls that may safely be made twice. A call that fails starts the next one at once; if all fail, the first error is
/// thrown. Put a ``RetryBudget`` there to bound the extra calls to a part of all.
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
    }

    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        budget?.recordCall()
        return try await withoutActuallyEscaping(operation) { operation in
            await withTaskGroup(of: Happening<Value>.self) { group in
                await race(operation, in: &group)
            }
        }.get()
    }

    private func race<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value, in group: inout TaskGroup<Happening<Value>>
    ) async -> Result<Value, any Error> {
        defer { group.cancelAll() }
        var underWay = 1
        var started = 1
        var firstError: (any Error)?
        start(operation, number: started, in: &group)
        while let happening = await group.next() {
            var another = false
            switch happening {
            case .value(let value): return .success(value)
            case .failed(let error):
                underWay -= 1
                firstError = firstError ?? error
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
        return .failure(firstError ?? CancellationError())
    }

    /// Starts a call, and unless it is the last one, the pause after it.
    private func start<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value, number: Int,
        in group: inout TaskGroup<Happening<Value>>
    ) {
        group.addTask {
            do { return .value(try await operation()) } catch { return .failed(error) }
        }
        guard number < maxCalls else { return }
        let end = time.now + TimeSpan(bounding: delay)
        group.addTask { [time] in
            do { try await time.sleep(until: end) } catch { return .timerStopped }
            return .due(after: number)
        }
    }
}
