internal import HaleEngine
internal import HaleModel
internal import HaleResilience

/// How components are healed where they say nothing of their own.
struct HealSettings {
    static let keys = ["retries", "backoff", "verifyAfter", "cooldown", "limit", "stableFor", "retryFailedEvery"]
    static let backoffKeys = ["base", "factor", "max", "jitter"]

    var retries = Setting(HealPolicy.Rung(.program).retries)
    var base = Setting(BackoffStateMachine.Configuration().base)
    var max = Setting(BackoffStateMachine.Configuration().max)
    var factor = Setting(BackoffStateMachine.Configuration().factor)
    var jitter = Setting(BackoffStateMachine.Configuration().jitter)
    var verifyAfter = Setting(HealPolicy.Rung(.program).verifyAfter)
    /// For components without `run:`; a program of Hale's own has neither cooldown nor limit unless it says so.
    var cooldown = Setting(HealPolicy(rungs: []).cooldown)
    var limit = Setting(HealPolicy(rungs: []).limit)
    var stableFor = Setting(HealPolicy(rungs: []).stableFor)
    var retryFailedEvery = Setting(HealPolicy(rungs: []).retryFailedEvery)

    static let limitKind = ScalarKind<HealPolicy.Limit>.limit.orNone("none")
    static let retryFailedKind = ScalarKind<TimeSpan>.duration(HealBounds.retryFailed).orNone("never")

    /// What `defaults: {heal: …}` says, and the environment over it.
    func read(_ field: Field, _ context: ReadingContext, _ environment: EnvironmentReader) -> HealSettings {
        guard let map = MappingReader(field, keys: Self.keys, expected: "a mapping such as {retries: 5}", context)
        else { return self }
        var result = self
        let retriesKind = ScalarKind<Int>.integer(HealBounds.retries)
        let inFile = map["retries"].flatMap { context.scalar($0, retriesKind) }
        result.retries = environment.scalar("HEALTH_MAX_RETRIES", retriesKind) ?? inFile ?? retries
        context.record("\(map.path).retries", result.retries, retriesKind)
        result.readBackoff(map.field("backoff"), context, environment)
        result.verifyAfter = map.setting("verifyAfter", .duration(HealBounds.wait), else: verifyAfter)
        result.cooldown = map.setting("cooldown", .duration(HealBounds.guardSpan), else: cooldown)
        result.limit = map.setting("limit", Self.limitKind, else: limit)
        result.stableFor = map.setting("stableFor", .duration(HealBounds.guardSpan), else: stableFor)
        result.retryFailedEvery = map.setting("retryFailedEvery", Self.retryFailedKind, else: retryFailedEvery)
        return result
    }

    /// Reads `backoff:` over what holds here, of the defaults or of one step.
    mutating func readBackoff(_ field: Field, _ context: ReadingContext, _ environment: EnvironmentReader? = nil) {
        guard let map = MappingReader(field, keys: Self.backoffKeys, expected: "a mapping such as {base: 5s}", context)
        else { return }
        var waits = RisingSettings(map, .duration(HealBounds.backoffMax))
        base = waits.next(
            "base", environment: environment?.seconds("HEALTH_BASE_DELAY", HealBounds.backoffBase), else: base)
        max = waits.next("max", environment: environment?.seconds("HEALTH_MAX_DELAY", HealBounds.backoffMax), else: max)
        let factorKind = ScalarKind<Double>.number(HealBounds.backoffFactor)
        let inFile = map["factor"].flatMap { context.scalar($0, factorKind) }
        factor = environment?.scalar("HEALTH_EXPONENTIAL_BASE", factorKind) ?? inFile ?? factor
        context.record("\(map.path).factor", factor, factorKind)
        jitter = map.setting("jitter", .number(0...1), else: jitter)
    }

    var backoff: BackoffStateMachine.Configuration {
        var backoff = BackoffStateMachine.Configuration()
        backoff.base = base.value
        backoff.factor = factor.value
        backoff.max = max.value
        backoff.jitter = jitter.value
        return backoff
    }
}
