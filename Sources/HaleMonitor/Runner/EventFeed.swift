import HaleModel
import Synchronization

/// Tells those who follow the log that more of it is committed.
final class EventFeed: Sendable {
    private struct State {
        var last = EventID(0)
        var counts: [EventKind: UInt64] = [:]
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How many there were of each kind since Hale started.
    var counts: [EventKind: UInt64] { state.withLock { $0.counts } }

    func count(_ events: [Event]) {
        state.withLock { state in
            for event in events { state.counts[event.kind, default: 0] += 1 }
        }
    }

    func committed(_ last: EventID) {
        let waiters = state.withLock { state in
            state.last = max(state.last, last)
            defer { state.waiters.removeAll() }
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when an event after this one is committed, or the task is cancelled.
    func wait(after id: EventID) async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.last <= id, !Task.isCancelled else { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
