/// Places of components that wait to be looked at: what others depend on comes before them, and of equals the lowest
/// place.
struct RankedQueue: Sendable {
    private struct Entry: Sendable {
        var rank: Int
        var place: Int

        func isBefore(_ other: Entry) -> Bool { rank != other.rank ? rank < other.rank : place < other.place }
    }

    private var heap: [Entry] = []

    var isEmpty: Bool { heap.isEmpty }

    /// - Parameter rank: of the dependency graph.
    mutating func add(_ place: Int, rank: Int) {
        let entry = Entry(rank: rank, place: place)
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry.isBefore(heap[parent]) else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    mutating func popFirst() -> Int? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.place }
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
        return first.place
    }

    mutating func removeAll() { heap.removeAll(keepingCapacity: true) }
}
