/// Steps that each know how to undo themselves: if one fails, those before it are undone in reverse.
///
/// ```swift
/// let booking = try await Saga("booking").run { saga in
///     let old = try await saga.step("site") { try await site.version() } undo: { try await site.switchTo($0) }
///     let receipt = try await saga.step("payment") { try await bank.charge(order) } undo: { try await bank.refund($0) }
///     return (old, receipt)
/// }
/// ```
///
/// The error that failed the saga is thrown once all is undone. An undo that fails does not stop the others; then
/// ``RollbackFailed`` tells what is left. Undoing is not cut short by the caller's cancellation or
/// ``Deadline``.
public struct Saga: Sendable {
    public let name: String
    private let events: ResilienceEvents

    public init(_ name: String = "saga", events: ResilienceEvents = .shared) {
        self.name = name
        self.events = events
    }

    /// The steps done so far. It can't be kept beyond the saga's body.
    public struct Steps: ~Copyable {
        fileprivate var undos: [(step: String, run: @Sendable () async throws -> Void)] = []

        /// Does one step. If it succeeds and the saga fails later, `undo` is called with its result.
        @discardableResult
        public mutating func step<Result: Sendable>(
            _ name: String, do body: () async throws -> Result, undo: @escaping @Sendable (Result) async throws -> Void
        ) async throws -> Result {
            try Task.checkCancellation()
            let result = try await body()
            undos.append((name, { try await undo(result) }))
            return result
        }
    }

    public func run<Value>(_ body: (inout Steps) async throws -> Value) async throws -> Value {
        var steps = Steps()
        do {
            return try await body(&steps)
        } catch {
            try await undo(steps.undos.reversed(), because: error)
            throw error
        }
    }

    private func undo(
        _ undos: [(step: String, run: @Sendable () async throws -> Void)], because cause: any Error
    ) async throws {
        var undone: [String] = []
        var leftUndone: [RollbackFailed.LeftUndone] = []
        for undo in undos {
            switch await uncancelled(undo.run) {
            case .success:
                undone.append(undo.step)
                events.publish(name, .undone(step: undo.step))
            case .failure(let error):
                leftUndone.append(.init(step: undo.step, error: error))
                events.publish(name, .undoFailed(step: undo.step, cause: error))
            }
        }
        guard leftUndone.isEmpty else {
            throw RollbackFailed(name: name, cause: cause, undone: undone, leftUndone: leftUndone)
        }
    }
}
