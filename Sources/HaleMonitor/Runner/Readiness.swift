import Synchronization

/// What is still missing until Hale is ready, and a place to wait for it.
final class Readiness: Sendable {
    private struct State {
        var missing: [String]
        var waiters: [CheckedContinuation<Void, Never>] = []
        var isGivenUp = false
    }

    private let state: Mutex<State>

    init(_ parts: [String]) { state = Mutex(State(missing: parts)) }

    var firstMissing: String? { state.withLock { $0.missing.first } }

    func done(_ part: String) {
        let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
            state.missing.removeAll { $0 == part }
            guard state.missing.isEmpty else { return [] }
            defer { state.waiters.removeAll() }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when nothing is missing, or when `giveUp()` was called.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                guard !state.missing.isEmpty, !state.isGivenUp else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Nothing more will be done: whoever waits, or will, is let go.
    func giveUp() {
        let waiters = state.withLock { state in
            state.isGivenUp = true
            defer { state.waiters.removeAll() }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
