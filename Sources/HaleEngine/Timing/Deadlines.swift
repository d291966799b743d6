internal import HaleModel

/// All deadlines of the engine in one table with one earliest: an indexed binary heap over numbered slots.
///
/// A slot belongs to one thing for good (the next run of a check, the wait of a remedy) and holds at most one instant,
/// so that moving a deadline leaves nothing stale behind. Equal instants fire in the order of their slots.
struct Deadlines: Codable, Sendable {
    private var instants: [Instant] = []
    private var places: [Int] = []
    private var heap: [Int] = []

    private static let nowhere = -1

    mutating func addSlot() -> Int {
        instants.append(.distantFuture)
        places.append(Self.nowhere)
        return instants.count - 1
    }

    var earliest: Instant? { heap.first.map { instants[$0] } }
    var slots: Range<Int> { instants.indices }

    /// The instant of a slot; setting `nil` clears it.
    subscript(slot: Int) -> Instant? {
        get { places[slot] == Self.nowhere ? nil : instants[slot] }
        set {
            guard let newValue else { return remove(slot) }
            instants[slot] = newValue
            if places[slot] == Self.nowhere {
                places[slot] = heap.count
                heap.append(slot)
            }
            rise(places[slot])
            sink(places[slot])
        }
    }

    /// Takes out the earliest slot that is due.
    mutating func popDue(at now: Instant) -> Int? {
        guard let slot = heap.first, instants[slot] <= now else { return nil }
        remove(slot)
        return slot
    }

    private mutating func remove(_ slot: Int) {
        let place = places[slot]
        guard place != Self.nowhere else { return }
        let last = heap.removeLast()
        places[slot] = Self.nowhere
        guard last != slot else { return }
        heap[place] = last
        places[last] = place
        rise(place)
        sink(places[last])
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        (instants[a], a) < (instants[b], b)
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard isBefore(heap[place], heap[parent]) else { return }
            swapPlaces(place, parent)
            place = parent
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var smallest = place
            let left = 2 * place + 1
            if left < heap.count, isBefore(heap[left], heap[smallest]) { smallest = left }
            if left + 1 < heap.count, isBefore(heap[left + 1], heap[smallest]) { smallest = left + 1 }
            guard smallest != place else { return }
            swapPlaces(place, smallest)
            place = smallest
        }
    }

    private mutating func swapPlaces(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        places[heap[a]] = a
        places[heap[b]] = b
    }
}
