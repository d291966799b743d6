import Synchronization

/// Holds callers until it is opened, and tells when so many have arrived.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrived = 0
        var nextID = 0
        var held: [Int: CheckedContinuation<Void, any Error>] = [:]
        var cancelledEarly: Set<Int> = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Waits for the gate; throws when cancelled.
    func pass() async throws {
        let (id, watchers) = state.withLock { state in
            state.nextID += 1
            state.arrived += 1
            let due = state.watchers.filter { $0.count <= state.arrived }
            state.watchers.removeAll { $0.count <= state.arrived }
            return (state.nextID, due.map(\.continuation))
        }
        for watcher in watchers { watcher.resume() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let now: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelledEarly.remove(id) != nil { return .failure(CancellationError()) }
                    if state.isOpen { return .success(()) }
                    state.held[id] = continuation
                    return nil
                }
                if let now { continuation.resume(with: now) }
            }
        } onCancel: {
            let held: CheckedContinuation<Void, any Error>? = state.withLock { state in
                if let held = state.held.removeValue(forKey: id) { return held }
                state.cancelledEarly.insert(id)
                return nil
            }
            held?.resume(throwing: CancellationError())
        }
    }

    /// Waits for the gate, deaf to cancellation.
    func passStubbornly() async {
        await Task { try? await pass() }.value
    }

    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held.removeAll() }
            return Array(state.held.values)
        }
        for continuation in held { continuation.resume() }
    }

    /// Returns once so many have come to the gate.
    func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.arrived < count else { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

/// A number that many tasks count up.
final class Counter: Sendable {
    private let count = Mutex(0)

    @discardableResult
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    func add(_ number: Int) { count.withLock { $0 += number } }

    var value: Int { count.withLock { $0 } }
}

/// Waits for a condition that other tasks bring about, with a generous deadline.
func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(60))
    while !condition() {
        guard ContinuousClock.now < end else { return false }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return true
}

struct Broken: Error, Equatable {
    var number = 0
}
