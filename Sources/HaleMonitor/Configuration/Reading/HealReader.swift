internal import HaleEngine
internal import HaleModel

/// Reads `heal:`, the guards and the ladder of one component.
struct HealReader {
    static let guardKeys = ["cooldown", "limit", "stableFor", "retryFailedEvery", "auto", "steps"]

    let context: ReadingContext
    let defaults: Defaults
    /// Whether the component has `run:`, so that the first rung is the restart of its program.
    let runs: Bool

    func read(_ field: Field?, path: String) -> HealPolicy? {
        if field == nil, !runs { return nil }
        let ladder = LadderReader(context: context, defaults: defaults, runs: runs)
        guard
            let map = ladder.mapping(
                field ?? Field(node: .emptyMapping(.start), path: path), keys: Self.guardKeys + LadderReader.stepKeys,
                expected: "a mapping with guards and steps")
        else { return nil }
        let base = runs ? HealPolicy.supervision : HealPolicy(rungs: [])
        return HealPolicy(
            rungs: ladder.read(map),
            cooldown: map.value("cooldown", .duration(HealBounds.guardSpan), else: base.cooldown),
            limit: map.value("limit", ScalarKind<HealPolicy.Limit>.limit.orNone("none"), else: base.limit),
            stableFor: map.value("stableFor", .duration(HealBounds.guardSpan), else: base.stableFor),
            retryFailedEvery: map.value(
                "retryFailedEvery", ScalarKind<TimeSpan>.duration(HealBounds.retryFailed).orNone("never"),
                else: base.retryFailedEvery),
            isAutomatic: map.value("auto", .boolean, else: base.isAutomatic))
    }
}
