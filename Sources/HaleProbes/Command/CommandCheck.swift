import HaleModel
import Synchronization

/// A command plan made ready.
final class CommandCheck: Sendable {
    let plan: CommandCheckPlan
    /// The run whose processes may still be about to end.
    private let former = Mutex<Task<Void, Never>?>(nil)

    init(_ plan: CommandCheckPlan) throws(PlanError) {
        guard let program = plan.command.first, !program.isEmpty else { throw PlanError("the command is empty") }
        guard !plan.command.contains(where: { $0.utf8.contains(0) }) else {
            throw PlanError("the command holds a NUL character")
        }
        self.plan = plan
    }

    /// Begins once nothing of the run before is left.
    func begin(
        _ work: @escaping @Sendable () async throws -> CommandEnd,
        then tell: @escaping @Sendable (Result<CommandEnd, any Error>) -> Void
    ) -> Task<Void, Never> {
        former.withLock { former in
            let before = former
            let task = Task(name: "command check") {
                await before?.value
                do {
                    try Task.checkCancellation()
                    tell(.success(try await work()))
                } catch {
                    tell(.failure(error))
                }
            }
            former = task
            return task
        }
    }
}
