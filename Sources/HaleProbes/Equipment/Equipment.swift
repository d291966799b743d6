import NIOCore

/// What all runs of a prober share.
final class Equipment: Sendable {
    let resolver: NameResolver
    let trust: TLSContexts
    let processes: ProcessTable
    let commandGuard: CommandGuard?
    /// Regular expressions and large JSON documents: nothing there can be interrupted, so never on an event loop.
    let matching = Workers(threads: 4)
    /// `getaddrinfo` and files: threads that mostly wait, so a dozen broken name servers leave some free.
    private let waiting = Workers(threads: 16)

    init(commandGuard: CommandGuard?) {
        self.commandGuard = commandGuard
        resolver = NameResolver(workers: waiting)
        trust = TLSContexts(workers: waiting)
        processes = ProcessTable(workers: waiting)
    }

    /// Starts a program on a thread that may wait.
    func spawn<T: Sendable>(
        _ ticket: Ticket, on eventLoop: any EventLoop, _ work: @escaping @Sendable () throws -> T
    ) -> EventLoopFuture<T> {
        waiting.run(ticket, on: eventLoop, work)
    }

    func shutdown() {
        matching.shutdown()
        waiting.shutdown()
    }
}
