import HaleModel
import NIOCore
import Synchronization

/// The processes of this machine, read once for all checks that ask at nearly the same time.
final class ProcessTable: Sendable {
    /// How old a reading may be that is used again.
    private static let maxAge = TimeAmount.milliseconds(250)

    struct Reading: Sendable {
        var taken: NIODeadline
        var processes: [RunningProcess]
    }

    private let workers: Workers
    private let former = Mutex<Reading?>(nil)

    init(workers: Workers) { self.workers = workers }

    /// Reads on a thread. Fails with `ProcessSource.Trouble`.
    func reading(_ ticket: Ticket, on eventLoop: any EventLoop) -> EventLoopFuture<Reading> {
        workers.run(ticket, on: eventLoop) {
            // The lock is held meanwhile, so that checks that begin together read once.
            try self.former.withLock { former in
                if let former, NIODeadline.now() - former.taken < Self.maxAge { return former }
                let reading = Reading(taken: .now(), processes: try ProcessSource.all())
                former = reading
                return reading
            }
        }
    }

    /// The process with this number, and `nil` when none lives.
    func process(_ pid: Int32, _ ticket: Ticket, on eventLoop: any EventLoop) -> EventLoopFuture<RunningProcess?> {
        workers.run(ticket, on: eventLoop) { try ProcessSource.one(pid) }
    }

    /// The number in a pid file.
    func pid(in file: String, _ ticket: Ticket, on eventLoop: any EventLoop) -> EventLoopFuture<PidFile.Content> {
        workers.run(ticket, on: eventLoop) { PidFile.read(file) }
    }
}
