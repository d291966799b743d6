import Synchronization

/// Runs an operation on state and puts the state back if it fails.
///
/// ```swift
/// var settings = Settings()
/// try await Rollback.restoring(&settings) { settings in
///     settings.calls = 5
///     _ = try await http.get(url)
/// }
///
/// let deploy = Rollback("deploy", save: { try await site.version() }, restore: { try await site.switchTo($0) })
/// try await deploy { try await site.deploy("2.0") }
/// ```
///
/// The operation's own error is thrown once the state is back; if it could not be put back, ``RollbackFailed``. Restoring
/// is not cut short by the caller's cancellation or ``Deadline``.
public struct Rollback<Snapshot: Sendable>: Sendable {
    public let name: String
    private let save: @Sendable () async throws -> Snapshot
    private let restore: @Sendable (Snapshot) async throws -> Void
    private let events: ResilienceEvents

    public init(
        _ name: String = "rollback", save: @escaping @Sendable () async throws -> Snapshot,
        restore: @escaping @Sendable (Snapshot) async throws -> Void, events: ResilienceEvents = .shared
    ) {
        self.name = name
        self.save = save
        self.restore = restore
        self.events = events
    }

    public func execute<Value>(_ operation: () async throws -> Value) async throws -> Value {
        let snapshot = try await save()
        do {
            return try await operation()
        } catch {
            switch await uncancelled({ [restore] in try await restore(snapshot) }) {
            case .success: events.publish(name, .undone(step: name))
            case .failure(let failure):
                events.publish(name, .undoFailed(step: name, cause: failure))
                throw RollbackFailed(
                    name: name, cause: error, undone: [], leftUndone: [.init(step: name, error: failure)])
            }
            throw error
        }
    }

    public func callAsFunction<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try await execute(operation)
    }
}

extension Rollback where Snapshot == Never {
    /// Changes a value in place; a failure leaves it as it was. Of a class instance nothing is put back: its state is not in
    /// the value. For such, give ``init(_:save:restore:events:)`` what to save.
    public static func restoring<State, Value>(
        _ state: inout State, _ operation: (inout State) async throws -> Value
    ) async rethrows -> Value {
        var draft = state
        let value = try await operation(&draft)
        state = draft
        return value
    }
}

/// Runs to the end even if the caller is cancelled or its time is up. The task is awaited right here, so that it never
/// outlives the call; it exists because a task can't be shielded from its own cancellation.
func uncancelled(_ body: @escaping @Sendable () async throws -> Void) async -> Result<Void, any Error> {
    await Task(name: "uncancelled") { try await withoutDeadline(body) }.result
}
