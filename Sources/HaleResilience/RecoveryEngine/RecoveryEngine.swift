import HaleModel
import Synchronization

/// Runs operations and does about each error what its kind calls for: repair, retry, fall back, roll back.
///
/// ```swift
/// let engine = RecoveryEngine()
/// engine.configure("bank", .init(breaker: CircuitBreaker("bank"), retry: Retry(maxAttempts: 4)))
///
/// let receipt = try await engine.execute(component: "bank", operation: "charge") {
///     try await bank.charge(order)
/// } fallback: { context in
///     Receipt(number: "queued because of \(context.id)")
/// }
/// ```
///
/// After a first failure, in this order: a strategy that can repair it; retries, if the error may pass; the fallback, if
/// another way may help; else the rollback, and the error is thrown. Every call goes through the component's breaker, and
/// all policies within the call that are given no judgement of their own ask the engine's classifier. Every call, the
/// successful ones too, pays into the budget of its plan's retry.
public final class RecoveryEngine: Sendable {
    /// What guards the operations of one component.
    public struct Plan: Sendable {
        public var breaker: CircuitBreaker?
        public var retry: Retry
        /// Puts state back when all else failed or the caller was cancelled.
        public var rollback: (@Sendable (ErrorContext) async throws -> Void)?

        public init(
            breaker: CircuitBreaker? = nil, retry: Retry = Retry(),
            rollback: (@Sendable (ErrorContext) async throws -> Void)? = nil
        ) {
            self.breaker = breaker
            self.retry = retry
            self.rollback = rollback
        }
    }

    private struct Book {
        var plans: [String: Plan] = [:]
        var strategies: [any RecoveryStrategy] = []
        var statistics = RecoveryStatistics()
        var recent: [RecoveryResult] = []
    }

    private let book = Mutex(Book())
    private let standardPlan: Plan
    private let classifier: ErrorClassifier
    private let monitor: HealthMonitor?
    private let recentLimit: Int
    private let time: TimeSource

    /// - Parameters:
    ///   - plan: for components that have none of their own.
    ///   - monitor: hears of every success and failure.
    ///   - recentLimit: how many recoveries are remembered one by one. Default 100.
    public init(
        plan: Plan = Plan(), classifier: ErrorClassifier = .standard, monitor: HealthMonitor? = nil,
        recentLimit: Int = 100, clock: any Clock<Duration> = ContinuousClock()
    ) {
        standardPlan = plan
        self.classifier = classifier
        self.monitor = monitor
        self.recentLimit = max(recentLimit, 0)
        time = TimeSource(clock)
    }

    /// Adds a strategy; those added first are asked first.
    public func register(_ strategy: some RecoveryStrategy) {
        book.withLock { $0.strategies.append(strategy) }
    }

    public func configure(_ component: String, _ plan: Plan) {
        book.withLock { $0.plans[component] = plan }
    }

    /// Recoveries so far. Operations that succeed at once are none.
    public var statistics: RecoveryStatistics { book.withLock { $0.statistics } }

    /// The last recoveries, the latest last.
    public var recentRecoveries: [RecoveryResult] { book.withLock { $0.recent } }

    public func execute<Value: Sendable>(
        component: String, operation name: String, requestID: String? = nil, userID: String? = nil,
        metadata: [String: String] = [:], _ operation: @Sendable () async throws -> Value,
        fallback: (@Sendable (ErrorContext) async throws -> Value)? = nil
    ) async throws -> Value {
        let plan = book.withLock { $0.plans[component] } ?? standardPlan
        let attempts = CallCount()
        @Sendable func guarded() async throws -> Value {
            attempts.next()
            guard let breaker = plan.breaker else { return try await operation() }
            return try await breaker.execute(operation)
        }
        func recovering() async throws -> Value {
            let begin = time.now
            do {
                let value = try await guarded()
                monitor?.recordSuccess(component, responseTime: (time.now - begin).duration)
                return value
            } catch {
                let context = ErrorContext(
                    error, component: component, operation: name, requestID: requestID, userID: userID,
                    metadata: metadata, classifier: classifier, time: time.timestamp)
                let recovery = Recovery(context: context, plan: plan, strategies: book.withLock { $0.strategies })
                let (action, result) = await recovery.run(guarded, fallback)
                record(
                    result,
                    RecoveryResult(
                        success: (try? result.get()) != nil, action: action, context: context,
                        attempts: attempts.value, duration: (time.now - begin).duration,
                        resolvedAt: time.timestamp, message: context.message, metadata: metadata))
                return try result.get()
            }
        }
        return try await ErrorClassifier.$current.withValue(classifier) {
            guard let budget = plan.retry.budget else { return try await recovering() }
            return try await budget.counting { try await recovering() }
        }
    }

    /// What the caller itself broke off is neither a success nor a failure.
    private func record<Value>(_ outcome: Result<Value, any Error>, _ recovery: RecoveryResult) {
        switch outcome {
        case .success: monitor?.recordSuccess(recovery.context.component, responseTime: recovery.duration)
        case .failure(let error) where isCancellation(error): return
        case .failure: monitor?.recordFailure(recovery.context.component, recovery.context.underlying)
        }
        book.withLock { book in
            book.statistics.add(recovery)
            book.recent.append(recovery)
            if book.recent.count > recentLimit { book.recent.removeFirst() }
        }
    }
}

/// One recovery: the steps in their order, each with what it leaves to the next.
private struct Recovery {
    let context: ErrorContext
    let plan: RecoveryEngine.Plan
    let strategies: [any RecoveryStrategy]

    func run<Value: Sendable>(
        _ operation: @Sendable () async throws -> Value,
        _ fallback: (@Sendable (ErrorContext) async throws -> Value)?
    ) async -> (RecoveryAction, Result<Value, any Error>) {
        let (action, result) = await help(operation, fallback)
        guard case .failure(let cause) = result, let rollback = plan.rollback else { return (action, result) }
        guard case .failure(let error) = await uncancelled({ [context] in try await rollback(context) }) else {
            return (.rollback, result)
        }
        let failed = RollbackFailed(
            name: context.operation, cause: cause, undone: [],
            leftUndone: [.init(step: context.component, error: error)])
        return (.rollback, .failure(failed))
    }

    /// All that may still bring the value. Nothing more is begun once the caller is cancelled.
    private func help<Value: Sendable>(
        _ operation: @Sendable () async throws -> Value,
        _ fallback: (@Sendable (ErrorContext) async throws -> Value)?
    ) async -> (RecoveryAction, Result<Value, any Error>) {
        var last: any Error = context.underlying
        var action = last is CircuitOpenError ? RecoveryAction.circuitBreaker : .none
        for strategy in strategies where !endsTheCall(last) && strategy.canRecover(from: context) {
            action = .strategy(strategy.name)
            do {
                try await strategy.recover(from: context)
                return (action, .success(try await operation()))
            } catch {
                last = error
            }
        }
        if !endsTheCall(last), context.advice.retry {
            action = .retry
            switch await retry(operation) {
            case .success(let value): return (action, .success(value))
            case .failure(let error): last = error
            }
        }
        if !endsTheCall(last), let fallback, context.advice.fallBack {
            action = .fallback
            do {
                return (action, .success(try await fallback(context)))
            } catch {
                last = error
            }
        }
        return (action, .failure(last))
    }

    /// The first attempt of the retry is the failure that is known already, so that limits and waits count from it.
    private func retry<Value: Sendable>(
        _ operation: @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        let calls = CallCount()
        let first = context.underlying
        return await plan.retry.result {
            if calls.next() == 1 { throw first }
            return try await operation()
        }
    }
}

private final class CallCount: Sendable {
    private let count = Atomic(0)

    @discardableResult
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }

    var value: Int { count.load(ordering: .relaxed) }
}
