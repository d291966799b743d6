package import HaleModel

/// What is going to happen in the world, earliest first; of equal moments, what was planned first.
package struct EventQueue<Event: Sendable>: Sendable {
    private struct Entry: Sendable {
        var at: Instant
        var order: UInt64
        var event: Event

        func isBefore(_ other: Entry) -> Bool { at != other.at ? at < other.at : order < other.order }
    }

    private var heap: [Entry] = []
    private var planned: UInt64 = 0

    package init() {}

    package var earliest: Instant? { heap.first?.at }
    package var isEmpty: Bool { heap.isEmpty }

    package mutating func add(_ event: Event, at instant: Instant) {
        heap.append(Entry(at: instant, order: planned, event: event))
        planned += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    package mutating func pop() -> (at: Instant, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return (first.at, first.event) }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            let left = 2 * parent + 1
            if left < heap.count, heap[left].isBefore(heap[smallest]) { smallest = left }
            if left + 1 < heap.count, heap[left + 1].isBefore(heap[smallest]) { smallest = left + 1 }
            guard smallest != parent else { break }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
        return (first.at, first.event)
    }
}
