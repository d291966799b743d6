import NIOCore
import NIOPosix
import Synchronization

/// A bounded number of threads for blocking calls, started when the first one comes.
final class Workers: Sendable {
    private enum State {
        case unused
        case running(NIOThreadPool)
        case shutDown
    }

    private let threads: Int
    private let state = Mutex(State.unused)

    init(threads: Int) { self.threads = threads }

    deinit { shutdown() }

    /// Runs the work on a thread; fails with `ShutDown` when there is none any more.
    func run<T: Sendable>(
        _ ticket: Ticket, on eventLoop: any EventLoop, _ work: @escaping @Sendable () throws -> T
    ) -> EventLoopFuture<T> {
        guard let pool = pool() else { return eventLoop.makeFailedFuture(ShutDown()) }
        let promise = eventLoop.makePromise(of: T.self)
        pool.submit { state in
            switch state {
            case .active:
                ticket.start()
                promise.completeWith(Result(catching: work))
            case .cancelled:
                promise.fail(ShutDown())
            }
        }
        return promise.futureResult
    }

    /// Takes no further work. Returns at once: a thread inside a call ends with it.
    func shutdown() {
        let pool: NIOThreadPool? = state.withLock { state in
            defer { state = .shutDown }
            return if case .running(let pool) = state { pool } else { nil }
        }
        pool?.shutdownGracefully { _ in }
    }

    private func pool() -> NIOThreadPool? {
        state.withLock { state in
            switch state {
            case .running(let pool): return pool
            case .shutDown: return nil
            case .unused:
                let pool = NIOThreadPool(numberOfThreads: threads)
                pool.start()
                state = .running(pool)
                return pool
            }
        }
    }

    struct ShutDown: Error {}
}

/// Tells whether work that was queued has begun: late work is the target's fault or the pattern's, work that never
/// began is Hale's own. And whether anybody still waits for it.
final class Ticket: Sendable {
    private let started = Atomic(false)
    private let withdrawn = Atomic(false)

    var hasStarted: Bool { started.load(ordering: .relaxed) }

    func start() { started.store(true, ordering: .relaxed) }

    var isWanted: Bool { !withdrawn.load(ordering: .relaxed) }

    func withdraw() { withdrawn.store(true, ordering: .relaxed) }
}
