internal import HaleModel

/// A keeper starts no second copy, whatever it is told: it refuses, and a refusal is what is looked for here.
struct NoSecondCopy: Checker {
    static let promise = "no program ever runs twice, and no keeper gets an order that makes no sense"
    static let occasions = Occasions.worldMoved

    private var seen = 0

    mutating func worldMoved(_ world: World, _ findings: inout Findings) {
        guard world.refusals.count > seen else { return }
        for refusal in world.refusals[seen...] { findings.report(Self.self, refusal) }
        seen = world.refusals.count
    }
}
