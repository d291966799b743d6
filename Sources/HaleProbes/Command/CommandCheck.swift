import HaleModel
import NIOCore
import Synchronization

/// A command plan made ready.
final class CommandCheck: Sendable {
    let plan: CommandCheckPlan
    /// Done when nothing of the latest run is left.
    private let latest = Mutex<EventLoopFuture<Void>?>(nil)

    init(_ plan: CommandCheckPlan) throws(PlanError) {
        guard let program = plan.command.first, !program.isEmpty else { throw PlanError("the command is empty") }
        guard !plan.command.contains(where: { $0.utf8.contains(0) }) else {
            throw PlanError("the command holds a NUL character")
        }
        self.plan = plan
    }

    /// Lines up a run: what comes before it, and what it completes when nothing of it is left.
    func queue(on eventLoop: any EventLoop) -> (before: EventLoopFuture<Void>, end: EventLoopPromise<Void>) {
        let end = eventLoop.makePromise(of: Void.self)
        let before = latest.withLock { latest in
            defer { latest = end.futureResult }
            return latest
        }
        return (before?.hop(to: eventLoop) ?? eventLoop.makeSucceededVoidFuture(), end)
    }
}
