internal import HaleModel

/// Which remedies are between intent and `verifyAfter`, and which components wait for their turn (H4).
struct HealingBudget: Codable, Sendable {
    /// One track of one component.
    struct Remedy: Hashable, Codable, Sendable {
        var place: Int
        var track: Int
    }

    private(set) var atWork: Set<Remedy> = []
    private var waiting: Set<Int> = []

    mutating func begin(_ place: Int, _ track: Int) {
        atWork.insert(Remedy(place: place, track: track))
        waiting.remove(place)
    }

    mutating func wait(_ place: Int) { waiting.insert(place) }

    /// One is done; returns those that may ask again.
    mutating func end(_ place: Int, _ track: Int) -> [Int] {
        guard !atWork.isEmpty, atWork.remove(Remedy(place: place, track: track)) != nil else { return [] }
        defer { waiting.removeAll() }
        return waiting.sorted()
    }
}
