internal import HaleEngine
internal import HaleModel

/// Reads `heal:`, the guards and the ladder of one component.
struct HealReader {
    static let guardKeys = ["cooldown", "limit", "stableFor", "retryFailedEvery", "steps"]
    static let keys = guardKeys + LadderReader.stepKeys

    let context: ReadingContext
    let defaults: Defaults
    /// Whether the component has `run:`, so that the first rung is the restart of its program.
    let runs: Bool

    /// - Parameter isAutomatic: off, only a person heals.
    func read(_ field: Field?, path: String, isAutomatic: Bool) -> HealPolicy? {
        if field == nil, !runs { return nil }
        let ladder = LadderReader(context: context, defaults: defaults, runs: runs)
        guard
            let map = ladder.mapping(
                field ?? Field(node: .emptyMapping(.start), path: path), keys: Self.keys,
                expected: "a mapping with guards and steps")
        else { return nil }
        let base = HealPolicy.supervision
        return HealPolicy(
            rungs: ladder.read(map),
            cooldown: map.value(
                "cooldown", .duration(HealBounds.guardSpan),
                else: runs ? Setting(base.cooldown) : defaults.heal.cooldown),
            limit: map.value("limit", HealSettings.limitKind, else: runs ? Setting(base.limit) : defaults.heal.limit),
            stableFor: map.value("stableFor", .duration(HealBounds.guardSpan), else: defaults.heal.stableFor),
            retryFailedEvery: map.value(
                "retryFailedEvery", HealSettings.retryFailedKind, else: defaults.heal.retryFailedEvery),
            isAutomatic: isAutomatic)
    }
}
