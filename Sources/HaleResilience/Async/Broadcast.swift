import Synchronization

/// One sender, any number of bounded streams.
final class Broadcast<Element: Sendable>: Sendable {
    private struct Subscribers {
        var next = 0
        var continuations: [Int: AsyncStream<Element>.Continuation] = [:]
    }

    private let count = Atomic<Int>(0)
    private let subscribers = Mutex(Subscribers())

    var hasSubscribers: Bool { count.load(ordering: .acquiring) > 0 }

    func stream(buffer: Int, beginningWith first: Element? = nil) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Element.self, bufferingPolicy: .bufferingNewest(max(buffer, 1)))
        if let first { continuation.yield(first) }
        let id = subscribers.withLock { subscribers in
            subscribers.next += 1
            subscribers.continuations[subscribers.next] = continuation
            count.store(subscribers.continuations.count, ordering: .releasing)
            return subscribers.next
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id) }
        return stream
    }

    func send(_ element: Element) {
        guard hasSubscribers else { return }
        for continuation in subscribers.withLock({ Array($0.continuations.values) }) { continuation.yield(element) }
    }

    private func remove(_ id: Int) {
        subscribers.withLock { subscribers in
            subscribers.continuations[id] = nil
            count.store(subscribers.continuations.count, ordering: .releasing)
        }
    }

    deinit {
        for continuation in subscribers.withLock({ Array($0.continuations.values) }) { continuation.finish() }
    }
}
