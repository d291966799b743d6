internal import HaleModel

struct NoSecondCopy: Checker {
    static let promise = "no program ever runs twice, and no keeper gets an order that makes no sense"

    private var seen = 0

    mutating func worldMoved(_ world: World, _ findings: inout Findings) {
        if world.refusals.count > seen {
            for refusal in world.refusals[seen...] { findings.report(Self.self, refusal) }
            seen = world.refusals.count
        }
        guard world.copies.values.contains(where: { $0 < 0 || $0 > 1 }) else { return }
        for (instance, count) in world.copies.sorted(by: { $0.key < $1.key }) where count < 0 || count > 1 {
            findings.report(Self.self, "\(instance) runs \(count) times")
        }
    }
}
