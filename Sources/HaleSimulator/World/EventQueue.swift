package import HaleModel

/// What is going to happen in the world, earliest first; of equal moments, what was planned first.
///
/// Events lie still in slots of their own: the heap moves keys alone.
package struct EventQueue<Event: Sendable>: Sendable {
    private struct Key: Sendable {
        var at: Instant
        var order: UInt64
        var slot: Int

        func isBefore(_ other: Key) -> Bool { at != other.at ? at < other.at : order < other.order }
    }

    private var heap: [Key] = []
    private var events: [Event?] = []
    private var free: [Int] = []
    private var planned: UInt64 = 0

    package init() {}

    package var earliest: Instant? { heap.first?.at }

    package mutating func add(_ event: Event, at instant: Instant) {
        let slot: Int
        if let unused = free.popLast() {
            slot = unused
            events[slot] = event
        } else {
            slot = events.count
            events.append(event)
        }
        let key = Key(at: instant, order: planned, slot: slot)
        planned += 1
        heap.append(key)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard key.isBefore(heap[parent]) else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = key
    }

    package mutating func pop() -> (at: Instant, event: Event)? {
        guard let first = heap.first, let event = events[first.slot].take() else { return nil }
        free.append(first.slot)
        let last = heap.removeLast()
        guard !heap.isEmpty else { return (first.at, event) }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(last) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return (first.at, event)
    }
}
