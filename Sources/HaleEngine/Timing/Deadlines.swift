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
            settle(places[slot])
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
        settle(place)
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        instants[a] == instants[b] ? a < b : instants[a] < instants[b]
    }

    /// Moves what stands here to where it belongs: up as far as it comes before its parent, or else down.
    private mutating func settle(_ start: Int) {
        let slot = heap[start]
        var place = start
        while place > 0, isBefore(slot, heap[(place - 1) / 2]) {
            move((place - 1) / 2, to: place)
            place = (place - 1) / 2
        }
        if place == start {
            while let child = firstChild(of: place), isBefore(heap[child], slot) {
                move(child, to: place)
                place = child
            }
        }
        heap[place] = slot
        places[slot] = place
    }

    /// The earlier of the two below.
    private func firstChild(of place: Int) -> Int? {
        let left = 2 * place + 1
        guard left < heap.count else { return nil }
        return left + 1 < heap.count && isBefore(heap[left + 1], heap[left]) ? left + 1 : left
    }

    private mutating func move(_ from: Int, to place: Int) {
        heap[place] = heap[from]
        places[heap[place]] = place
    }
}
