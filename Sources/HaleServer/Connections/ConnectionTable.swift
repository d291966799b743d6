import NIOCore
import Synchronization

/// The open connections of one listener. When there are too many, the one that has let Hale wait longest, for a request or
/// for the rest of one, makes room, so that nobody who keeps connections open keeps others out.
final class ConnectionTable: Sendable {
    private struct State {
        var next: UInt64 = 0
        var busy: Set<UInt64> = []
        var webSockets: Set<UInt64> = []
        /// Numbers rise with every change, so that the smallest has waited longest.
        var waiting: [(number: UInt64, channel: any Channel)] = []
    }

    let limits: ConnectionLimits
    private let state = Mutex(State())

    init(_ limits: ConnectionLimits) { self.limits = limits }

    /// A place for a connection that has just been opened, and says nothing yet; `nil` where every other one is at work.
    func admit(_ channel: any Channel) -> UInt64? {
        let (number, evicted): (UInt64?, (any Channel)?) = state.withLock { state in
            var evicted: (any Channel)?
            if state.busy.count + state.waiting.count >= limits.count {
                guard !state.waiting.isEmpty else { return (nil, nil) }
                evicted = state.waiting.removeFirst().channel
            }
            state.next += 1
            state.waiting.append((state.next, channel))
            return (state.next, evicted)
        }
        evicted?.close(promise: nil)
        return number
    }

    var hasRoomForWebSocket: Bool { state.withLock { $0.webSockets.count < limits.webSockets } }

    /// A place for a connection that has become a WebSocket: it is always at work.
    func admitWebSocket(_ channel: any Channel) -> UInt64? {
        guard let number = admit(channel) else { return nil }
        becameBusy(number)
        state.withLock { _ = $0.webSockets.insert(number) }
        return number
    }

    func becameBusy(_ number: UInt64) {
        state.withLock { state in
            guard let place = state.waiting.firstIndex(where: { $0.number == number }) else { return }
            state.waiting.remove(at: place)
            state.busy.insert(number)
        }
    }

    /// Returns its number from here on.
    func beganToWait(_ number: UInt64, _ channel: any Channel) -> UInt64 {
        state.withLock { state in
            guard state.busy.remove(number) != nil else { return number }
            state.next += 1
            state.waiting.append((state.next, channel))
            return state.next
        }
    }

    func closed(_ number: UInt64) {
        state.withLock { state in
            state.webSockets.remove(number)
            if state.busy.remove(number) == nil { state.waiting.removeAll { $0.number == number } }
        }
    }
}
