import HaleModel
import NIOCore

/// One run of a command check: starts the guarded command and waits for its end.
final class CommandRun: Conversation {
    private let run: ProbeRun
    private let check: CommandCheck

    init(run: ProbeRun, check: CommandCheck) {
        self.run = run
        self.check = check
    }

    func start() {
        guard let commandGuard = run.equipment.commandGuard else {
            return run.finish(.inconclusive(.configuration, "no hale-keeper is known to run commands with"))
        }
        run.phase = .talking(self)
        let ended = run.eventLoop.makePromise(of: CommandEnd.self)
        let deadline = NIODeadline.now() + run.remaining
        let process = GuardedProcess(commandGuard, check.plan)
        let task = check.begin {
            try await process.run(until: deadline)
        } then: {
            ended.completeWith($0)
        }
        run.atEnd { task.cancel() }
        ended.futureResult.assumeIsolated().whenComplete { [run, check] result in
            switch result {
            case .success(let end): run.finish(end.finding(check.plan.command, timeout: run.timeout))
            case .failure(let error): run.finish(GuardedProcess.finding(error))
            }
        }
    }

    func timedOut(after timeout: TimeSpan) -> Finding { .commandTimedOut(timeout) }
}
