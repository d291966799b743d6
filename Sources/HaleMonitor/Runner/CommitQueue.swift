import HaleEngine
import HaleModel
import Synchronization

/// What one batch of the engine leaves to be made durable, and what follows then.
struct CommitJob: Sendable {
    var records: [Record]
    var events: [Event]
    var effects: [(effect: Effect, limited: UInt64?)]
    var durability: Durability
    var views: [(index: Int, view: ComponentView)]
    /// All views in their order, where the components themselves are others than before; then `views` is empty.
    var wholeView: [ComponentView]?
    var system: SystemView?
    var lastEvent: EventID
    var at: Moment

    /// Nothing happened but that counters are written down.
    var isCheckpoint: Bool { !records.isEmpty && events.isEmpty && effects.isEmpty }
}

/// Jobs on their way from the engine to the store: bounded, so that a slow disk slows the engine rather than filling memory.
final class CommitQueue: Sendable {
    private struct State {
        var jobs: [CommitJob] = []
        var taker: CheckedContinuation<Void, Never>?
        var giver: CheckedContinuation<Void, Never>?
        var isClosed = false
    }

    private static let capacity = 256
    private let state = Mutex(State())

    func put(_ job: CommitJob) async {
        let taker = state.withLock { state in
            state.jobs.append(job)
            defer { state.taker = nil }
            return state.taker
        }
        taker?.resume()
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                guard state.jobs.count >= Self.capacity, !state.isClosed else { return true }
                state.giver = continuation
                return false
            }
            if hasRoom { continuation.resume() }
        }
    }

    /// Everything that waits; waits for the first. Empty when the queue is closed and done.
    func takeAll() async -> [CommitJob] {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                guard state.jobs.isEmpty, !state.isClosed else { return true }
                state.taker = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        let (jobs, giver) = state.withLock { state in
            defer {
                state.jobs.removeAll(keepingCapacity: true)
                state.giver = nil
            }
            return (state.jobs, state.giver)
        }
        giver?.resume()
        return jobs
    }

    /// No more jobs come; what waits is still handed out.
    func close() {
        let (taker, giver) = state.withLock { state in
            state.isClosed = true
            defer {
                state.taker = nil
                state.giver = nil
            }
            return (state.taker, state.giver)
        }
        taker?.resume()
        giver?.resume()
    }
}
