/// Something that stands around a call: it may refuse it, delay it, repeat it, time it, or watch it.
///
/// ```swift
/// let receipt = try await breaker { try await bank.charge(order) }
/// ```
///
/// Call it through a name, or through ``execute(_:)``: a closure written right after an initialiser,
/// `Retry(maxAttempts: 3) { … }`, crashes the Swift 6.3.1 compiler.
///
/// ``Timeout`` and ``Hedge`` run the operation in a child task, on no actor but its own. All others run it on the caller's
/// actor, and also take operations and values that are not `Sendable`.
public protocol ResiliencePolicy: Sendable {
    /// Where it may stand in a ``Policy``: ``Anywhere``, or only ``WithinRetry``.
    associatedtype Placement = Anywhere

    func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value
}

/// The placement of policies that make sense around and inside a retry.
public enum Anywhere {}

/// The placement of policies whose verdict, place or token belongs to a single attempt, so that they stand inside a
/// ``Retry``, never around it.
public enum WithinRetry {}

extension ResiliencePolicy {
    @inlinable
    public func callAsFunction<Value: Sendable>(
        _ operation: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await execute(operation)
    }

    /// Runs the operation, and the alternative with its error if it fails for any reason but cancellation. An error that
    /// leaves something to repair, ``RollbackFailed``, is thrown as it is.
    ///
    /// ```swift
    /// let page = try await policy.execute { try await http.get(url) } orElse: { _ in Page.empty }
    /// ```
    public func execute<Value: Sendable>(
        _ operation: @Sendable () async throws -> Value, orElse alternative: (any Error) async throws -> Value
    ) async throws -> Value {
        do {
            return try await execute(operation)
        } catch let error where !endsTheCall(error) && !(error is RollbackFailed) {
            return try await alternative(error)
        }
    }

    /// Runs the operation and returns how it went; throws nothing, cancellation included.
    public func result<Value: Sendable>(
        of operation: @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        do { return .success(try await execute(operation)) } catch { return .failure(error) }
    }
}
