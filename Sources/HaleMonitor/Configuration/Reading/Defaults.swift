internal import HaleEngine
internal import HaleModel

/// What holds where a component, a check or a remedy says nothing of its own: environment over file over default.
struct Defaults {
    var interval = Setting(TimeSpan.seconds(10))
    /// `nil`: the smaller of 5 s and the interval.
    var timeout: Setting<TimeSpan>?
    /// `nil`: half of the interval.
    var recheck: Setting<TimeSpan>?
    var failureThreshold = Setting(SourceState.Thresholds().failures)
    var recoveryThreshold = Setting(SourceState.Thresholds().recoveries)
    var startPeriod = Setting(TimeSpan.seconds(60))
    var slow: Setting<TimeSpan>?
    var breaker = BreakerSettings()

    var heartbeat = HeartbeatSettings()
    var errorRate = ErrorRateSettings()
    var flapping = FlappingPolicy()
    var autoHeal = Setting(true)
    var heal = HealSettings()

    /// What a component may say for all of its checks, too.
    static let checkKeys = [
        "interval", "timeout", "recheck", "failureThreshold", "recoveryThreshold", "startPeriod", "slow", "breaker",
    ]
    static let keys = checkKeys + ["heartbeat", "errorRate", "flapping", "autoHeal", "heal"]

    /// Reads `defaults:`, then the environment over it, and records what is in force.
    static func read(_ field: Field?, _ context: ReadingContext) -> Defaults {
        var defaults = Defaults()
        let field = field ?? Field(node: .emptyMapping(.start), path: "defaults")
        guard let map = MappingReader(field, keys: keys, expected: "a mapping of defaults", context) else {
            return defaults
        }
        let environment = EnvironmentReader(context)
        defaults.readChecks(map)
        defaults.interval = environment.seconds("HEALTH_CHECK_INTERVAL", CheckBounds.interval) ?? defaults.interval
        defaults.timeout = environment.seconds("HEALTH_CHECK_TIMEOUT", CheckBounds.timeout) ?? defaults.timeout
        defaults.recordChecks(context)
        defaults.breaker = defaults.breaker.read(map.field("breaker"), context, environment)
        if let map = MappingReader(
            map.field("heartbeat"), keys: HeartbeatSettings.keys, expected: "a mapping such as {late: 45s}", context)
        {
            defaults.heartbeat = defaults.heartbeat.read(map, environment)
        }
        defaults.errorRate = ErrorRateReader(context: context).read(
            map.field("errorRate"), over: defaults.errorRate, environment)
        defaults.flapping = FlappingReader(context: context).read(map.field("flapping"), over: defaults.flapping)
        defaults.autoHeal = map.setting("autoHeal", .boolean, else: defaults.autoHeal)
        defaults.heal = defaults.heal.read(map.field("heal"), context, environment)
        return defaults
    }

    /// With what a component says for all of its checks.
    func overridden(by map: MappingReader) -> Defaults {
        var defaults = self
        defaults.readChecks(map)
        if let field = map["breaker"] { defaults.breaker = breaker.read(field, map.context) }
        return defaults
    }

    /// For the checks of reference targets: as often as it takes to judge, whatever else holds.
    var forReferences: Defaults {
        var defaults = Defaults()
        defaults.timeout = timeout
        return defaults
    }

    private mutating func readChecks(_ map: MappingReader) {
        func read<Value: Sendable>(_ key: String, _ kind: ScalarKind<Value>) -> Setting<Value>? {
            map[key].flatMap { map.context.scalar($0, kind) }
        }
        interval = read("interval", .duration(CheckBounds.interval)) ?? interval
        timeout = read("timeout", .duration(CheckBounds.timeout)) ?? timeout
        recheck = read("recheck", .duration(CheckBounds.interval)) ?? recheck
        failureThreshold = read("failureThreshold", .integer(CheckBounds.threshold)) ?? failureThreshold
        recoveryThreshold = read("recoveryThreshold", .integer(CheckBounds.threshold)) ?? recoveryThreshold
        startPeriod = read("startPeriod", .duration(CheckBounds.startPeriod)) ?? startPeriod
        slow = read("slow", .duration(CheckBounds.slow)) ?? slow
    }

    private func recordChecks(_ context: ReadingContext) {
        func record<Value: Sendable>(_ key: String, _ setting: Setting<Value>?, _ kind: ScalarKind<Value>) {
            guard let setting else { return }
            context.record("defaults.\(key)", setting, kind)
        }
        record("interval", interval, .duration(CheckBounds.interval))
        record("timeout", timeout, .duration(CheckBounds.timeout))
        record("recheck", recheck, .duration(CheckBounds.interval))
        record("failureThreshold", failureThreshold, .integer(CheckBounds.threshold))
        record("recoveryThreshold", recoveryThreshold, .integer(CheckBounds.threshold))
        record("startPeriod", startPeriod, .duration(CheckBounds.startPeriod))
        record("slow", slow, .duration(CheckBounds.slow))
    }
}
