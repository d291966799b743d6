package import HaleEngine
package import HaleModel
import NIOCore
import Synchronization

/// Inputs on their way to the engine, stamped when they arrive, and the one timer that wakes the engine when there is none.
package final class Inbox: Sendable {
    enum Content: Sendable {
        case input(Input)
        case reconfiguration(Reconfiguration)
        /// What is wrong with a configuration that was refused.
        case rejectedConfiguration([String])

        var isGathered: Bool {
            switch self {
            case .input(.checkFinished), .input(.heartbeat): true
            default: false
            }
        }
    }

    struct Entry: Sendable {
        let content: Content
        let moment: Moment
    }

    private struct State {
        var entries: [Entry] = []
        /// Where the last beat of each component stands among the entries.
        var beats: [ComponentID: Int] = [:]
        var waiter: CheckedContinuation<Void, Never>?
        var alarm: Scheduled<Void>?
        /// Wakes the engine for results that wait for company.
        var gathering: Scheduled<Void>?
        var isClosed = false

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            alarm?.cancel()
            alarm = nil
            gathering?.cancel()
            gathering = nil
            defer { waiter = nil }
            return waiter
        }
    }

    /// Results of checks beyond this are shed: the engine takes a lost run for one that said nothing. Of the heartbeats of
    /// one component the last one stays.
    package static let capacity = 65_536

    /// Results of checks, heartbeats, and checks that are due, are gathered for so long: waking a thread for each of thousands costs
    /// more than they do. Everything else is taken at once.
    static let pace: TimeSpan = .milliseconds(10)

    private let state = Mutex(State())
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    package func post(_ input: Input) { post(.input(input)) }

    func post(_ reconfiguration: Reconfiguration) { post(.reconfiguration(reconfiguration)) }

    func post(rejected problems: [String]) { post(.rejectedConfiguration(problems)) }

    private func post(_ content: Content) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            let entry = Entry(content: content, moment: BootClock.now())
            if state.entries.count >= Self.capacity {
                if case .input(.checkFinished) = content { return nil }
                if case .input(.heartbeat(let beat)) = content, let place = state.beats[beat.component] {
                    state.entries[place] = Entry(content: content, moment: state.entries[place].moment)
                    return nil
                }
            }
            if case .input(.heartbeat(let beat)) = content { state.beats[beat.component] = state.entries.count }
            state.entries.append(entry)
            guard content.isGathered else { return state.takeWaiter() }
            if state.waiter != nil, state.gathering == nil {
                state.gathering = eventLoop.scheduleTask(in: .nanoseconds(Self.pace.nanoseconds)) { self.wake() }
            }
            return nil
        }
        waiter?.resume()
    }

    /// The inputs that have arrived; waits for one, or for the deadline, when there is none.
    func take(waitingUntil deadline: Instant?) async -> [Entry] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.entries.isEmpty, !state.isClosed else { return true }
                    state.waiter = continuation
                    if let deadline {
                        let wait = max(deadline - BootClock.now().boot, .zero)
                        state.alarm = eventLoop.scheduleTask(in: .nanoseconds(wait.nanoseconds)) { self.wake() }
                    }
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            close()
        }
        return state.withLock { state in
            defer {
                state.entries.removeAll(keepingCapacity: true)
                state.beats.removeAll(keepingCapacity: true)
            }
            return state.entries
        }
    }

    private func wake() {
        let waiter = state.withLock { $0.takeWaiter() }
        waiter?.resume()
    }

    private func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.takeWaiter()
        }
        waiter?.resume()
    }
}
