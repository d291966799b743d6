internal import HaleModel

/// Which components have a remedy between intent and `verifyAfter`, and which wait for their turn (H4).
struct HealingBudget: Sendable {
    private(set) var atWork: Set<Int> = []
    private var waiting: Set<Int> = []

    mutating func begin(_ place: Int) {
        atWork.insert(place)
        waiting.remove(place)
    }

    /// One with several processes takes one place; that it has one without having needed it counts for nothing.
    func others(than place: Int) -> Int { atWork.count - (atWork.contains(place) ? 1 : 0) }

    mutating func wait(_ place: Int) { waiting.insert(place) }

    /// One is done; returns those that may ask again.
    mutating func end(_ place: Int) -> [Int] {
        guard atWork.remove(place) != nil else { return [] }
        return takeWaiting()
    }

    mutating func takeWaiting() -> [Int] {
        defer { waiting.removeAll() }
        return waiting.sorted()
    }
}
