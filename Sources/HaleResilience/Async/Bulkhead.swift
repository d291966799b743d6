import HaleModel
import Synchronization

/// Bounds how many calls run at once, and how many wait for that.
///
/// ```swift
/// let bulkhead = Bulkhead(maxConcurrent: 8, maxQueued: 32, maxWait: .seconds(1))
/// let page = try await bulkhead { try await http.get(url) }
/// ```
///
/// Waiters are served in the order they came, and never wait beyond their ``Deadline``. A cancelled waiter leaves the
/// queue at once; a place is always given back.
public final class Bulkhead: ResiliencePolicy {
    public typealias Placement = WithinRetry

    public let name: String
    public let maxConcurrent: Int
    public let maxQueued: Int
    public let maxWait: Duration?

    private struct Places {
        var machine: BulkheadStateMachine
        var waiters: [UInt64: CheckedContinuation<Turn, Never>] = [:]
        /// Given up between queueing and waiting: cancellation was faster.
        var gone: Set<UInt64> = []
        var metrics = Metrics()
    }

    private enum Turn: Sendable {
        case admitted
        case gaveUp
    }

    public struct Metrics: Hashable, Sendable {
        public var underWay = 0
        public var queued = 0
        public var admitted = 0
        public var rejected = 0

        public init(underWay: Int = 0, queued: Int = 0, admitted: Int = 0, rejected: Int = 0) {
            self.underWay = underWay
            self.queued = queued
            self.admitted = admitted
            self.rejected = rejected
        }
    }

    private let places: Mutex<Places>
    private let time: TimeSource
    private let events: ResilienceEvents

    /// - Parameters:
    ///   - maxConcurrent: calls at once, 1 to 100,000.
    ///   - maxQueued: calls that may wait; further ones are rejected. Default 0.
    ///   - maxWait: how long one may wait. Default: as long as its caller does.
    public init(
        _ name: String = "bulkhead", maxConcurrent: Int, maxQueued: Int = 0, maxWait: Duration? = nil,
        events: ResilienceEvents = .shared, clock: any Clock<Duration> = ContinuousClock()
    ) {
        precondition((1...100_000).contains(maxConcurrent), "maxConcurrent is \(maxConcurrent), expected 1 to 100,000")
        precondition((0...100_000).contains(maxQueued), "maxQueued is \(maxQueued), expected 0 to 100,000")
        self.name = name
        self.maxConcurrent = maxConcurrent
        self.maxQueued = maxQueued
        self.maxWait = maxWait
        self.events = events
        time = TimeSource(clock)
        places = Mutex(Places(machine: BulkheadStateMachine(maxConcurrent: maxConcurrent, maxQueued: maxQueued)))
    }

    /// Limits that come from outside, checked.
    public static func validating(
        _ name: String = "bulkhead", maxConcurrent: Int, maxQueued: Int = 0, maxWait: Duration? = nil
    ) throws(InvalidLimit) -> Bulkhead {
        try InvalidLimit.check("maxConcurrent", maxConcurrent, (1...100_000).contains(maxConcurrent), "1 to 100,000")
        try InvalidLimit.check("maxQueued", maxQueued, (0...100_000).contains(maxQueued), "0 to 100,000")
        return Bulkhead(name, maxConcurrent: maxConcurrent, maxQueued: maxQueued, maxWait: maxWait)
    }

    @inlinable
    @inline(__always)
    public func execute<Value>(_ operation: () async throws -> Value) async throws -> Value {
        if let waiter = try enter() { try await takeTurn(as: waiter) }
        defer { leave() }
        return try await operation()
    }

    @inlinable
    public func callAsFunction<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try await execute(operation)
    }

    /// Like ``execute(_:)`` without waiting; `nil` if there is no place.
    @inlinable
    @discardableResult
    public func attempt<Value>(_ operation: () async throws -> Value) async rethrows -> Value? {
        guard tryEnter() else { return nil }
        defer { leave() }
        return try await operation()
    }

    public var metrics: Metrics {
        places.withLock { places in
            var metrics = places.metrics
            metrics.underWay = places.machine.underWay
            metrics.queued = places.machine.queue.count
            return metrics
        }
    }

    /// The number under which to wait; `nil` with a place at once.
    @usableFromInline
    func enter() throws -> UInt64? {
        let entry = places.withLock { places in
            let entry = places.machine.enter()
            switch entry {
            case .admitted: places.metrics.admitted += 1
            case .rejected: places.metrics.rejected += 1
            case .queued: break
            }
            return entry
        }
        switch entry {
        case .admitted: return nil
        case .rejected: throw rejection(.full)
        case .queued(let waiter): return waiter
        }
    }

    @usableFromInline
    func takeTurn(as waiter: UInt64) async throws {
        guard let limit = [maxWait, Deadline.remaining].compactMap({ $0 }).min() else {
            guard await wait(as: waiter) == .admitted else { throw CancellationError() }
            return try confirm()
        }
        try await takeTurn(as: waiter, waitingAtMost: limit)
    }

    /// A place may come in the very moment in which the time is up or the caller is cancelled; the queue decides which.
    private func takeTurn(as waiter: UInt64, waitingAtMost limit: Duration) async throws {
        let end = time.now + TimeSpan(bounding: limit)
        let turn = await withTaskGroup(of: Turn?.self) { [time] group in
            group.addTask { await self.wait(as: waiter) }
            group.addTask {
                try? await time.sleep(until: end)
                return nil
            }
            var turn: Turn?
            while let next = await group.next() {
                turn = next ?? turn
                group.cancelAll()
            }
            return turn ?? .gaveUp
        }
        if turn == .admitted { return try confirm() }
        try Task.checkCancellation()
        throw rejection(.waitedTooLong)
    }

    /// A caller that was cancelled while it got its place does not begin.
    private func confirm() throws {
        guard Task.isCancelled else { return }
        leave()
        throw CancellationError()
    }

    private func wait(as waiter: UInt64) async -> Turn {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let turn: Turn? = places.withLock { places in
                    if places.gone.remove(waiter) != nil { return .gaveUp }
                    guard places.machine.queue.contains(waiter) else { return .admitted }
                    places.waiters[waiter] = continuation
                    return nil
                }
                if let turn { continuation.resume(returning: turn) }
            }
        } onCancel: {
            let continuation: CheckedContinuation<Turn, Never>? = places.withLock { places in
                guard places.machine.giveUp(waiter) else { return nil }
                let waiting = places.waiters.removeValue(forKey: waiter)
                if waiting == nil { places.gone.insert(waiter) }
                return waiting
            }
            continuation?.resume(returning: .gaveUp)
        }
    }

    @usableFromInline
    func tryEnter() -> Bool {
        let isAdmitted = places.withLock { places in
            guard places.machine.underWay < maxConcurrent, places.machine.enter() == .admitted else {
                places.metrics.rejected += 1
                return false
            }
            places.metrics.admitted += 1
            return true
        }
        if !isAdmitted { events.publish(name, .bulkheadRejected(.full)) }
        return isAdmitted
    }

    @usableFromInline
    func leave() {
        let next: UInt64? = places.withLock { places in
            guard let waiter = places.machine.leave() else { return nil }
            places.metrics.admitted += 1
            return waiter
        }
        if let next { wake(next) }
    }

    /// The waiter has its place already: it finds so if it has not begun to wait.
    private func wake(_ waiter: UInt64) {
        places.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume(returning: .admitted)
    }

    private func rejection(_ reason: BulkheadFullError.Reason) -> BulkheadFullError {
        if reason == .waitedTooLong { places.withLock { $0.metrics.rejected += 1 } }
        events.publish(name, .bulkheadRejected(reason))
        return BulkheadFullError(bulkhead: name, reason: reason)
    }
}
