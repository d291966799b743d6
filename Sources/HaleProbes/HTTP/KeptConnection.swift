import NIOCore
import Synchronization

/// The one idle connection that a check leaves for its next run.
final class KeptConnection: Sendable {
    private enum State {
        case empty
        case held(NIOLoopBound<HTTPConnection>, ObjectIdentifier)
        case shutDown
    }

    private let state = Mutex(State.empty)

    /// Where the held connection lives, and so the next run.
    var eventLoop: (any EventLoop)? {
        state.withLock { if case .held(let connection, _) = $0 { connection.eventLoop } else { nil } }
    }

    /// Hands the connection out, once. On its event loop.
    func take(on eventLoop: any EventLoop) -> HTTPConnection? {
        let bound: NIOLoopBound<HTTPConnection>? = state.withLock { state in
            guard case .held(let connection, _) = state, connection.eventLoop === eventLoop else { return nil }
            state = .empty
            return connection
        }
        return bound?.value
    }

    /// `false` when there is no place for it; the caller closes it then.
    func put(_ connection: HTTPConnection, on eventLoop: any EventLoop) -> Bool {
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        let id = ObjectIdentifier(connection)
        return state.withLock { state in
            guard case .empty = state else { return false }
            state = .held(bound, id)
            return true
        }
    }

    /// Forgets a connection that has been closed while it waited.
    func forget(_ connection: HTTPConnection) {
        let id = ObjectIdentifier(connection)
        state.withLock { state in
            if case .held(_, id) = state { state = .empty }
        }
    }

    /// Closes the held connection and takes no other.
    func shutdown() async {
        let bound: NIOLoopBound<HTTPConnection>? = state.withLock { state in
            defer { state = .shutDown }
            return if case .held(let connection, _) = state { connection } else { nil }
        }
        guard let bound else { return }
        try? await bound.eventLoop.submit { bound.value.close() }.get()
    }
}
