import HaleModel
import NIOCore

/// One run of a command check: starts the guarded command, on a thread for that, and waits for its end.
final class CommandRun: Conversation {
    private let run: ProbeRun
    private let check: CommandCheck
    private let ticket = Ticket()
    private var isFirstInLine = false

    init(run: ProbeRun, check: CommandCheck) {
        self.run = run
        self.check = check
    }

    func start() {
        guard let commandGuard = run.equipment.commandGuard else {
            return run.finish(.inconclusive(.configuration, "no hale-keeper is known to run commands with"))
        }
        run.phase = .talking(self)
        let (before, end) = check.queue(on: run.eventLoop)
        before.assumeIsolated().whenComplete { [self] _ in
            isFirstInLine = true
            guard !run.isFinished else { return end.succeed() }
            spawn(commandGuard, end)
        }
    }

    private func spawn(_ commandGuard: CommandGuard, _ end: EventLoopPromise<Void>) {
        let milliseconds = max(run.remaining.nanoseconds / 1_000_000, 1)
        run.equipment.spawn(ticket, on: run.eventLoop) { [plan = check.plan] in
            try GuardSpawn.start(commandGuard, plan, timeoutMilliseconds: milliseconds)
        }
        .assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let spawned): follow(spawned, end)
            case .failure(let error):
                run.finish(GuardSpawn.finding(error))
                end.succeed()
            }
        }
    }

    private func follow(_ spawned: GuardSpawn.Started, _ end: EventLoopPromise<Void>) {
        let process = GuardedProcess(spawned, on: run.eventLoop) { [run, check] ended in
            end.succeed()
            run.finish(ended.finding(check.plan.command, timeout: run.timeout))
        }
        process.start()
        run.atEnd { process.terminate() }
    }

    func timedOut(after timeout: TimeSpan) -> Finding {
        guard isFirstInLine else {
            return .inconclusive(.resources, "the processes of the run before did not end within \(timeout)")
        }
        guard ticket.hasStarted else {
            return .inconclusive(.resources, "no thread was free within \(timeout) to start the command")
        }
        return .commandTimedOut(timeout)
    }
}
