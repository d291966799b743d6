internal import HaleEngine
internal import HaleModel

/// What the ages of a heartbeat mean where a component says nothing of its own.
struct HeartbeatSettings {
    var late = Setting(HeartbeatPolicy().late)
    var missing = Setting(HeartbeatPolicy().missing)
    var dead = Setting(HeartbeatPolicy().dead)
    /// `nil`: that of the checks, or `dead` where there are none.
    var startPeriod: Setting<TimeSpan>?

    static let keys = ["late", "missing", "dead", "startPeriod"]
    static let age: ClosedRange<TimeSpan> = .milliseconds(100) ... .days(365)

    /// What a mapping says, and the environment over it.
    func read(_ map: MappingReader, _ environment: EnvironmentReader? = nil) -> HeartbeatSettings {
        var result = self
        var ages = RisingSettings(map, .duration(Self.age))
        func variable(_ name: String) -> Setting<TimeSpan>? { environment?.seconds(name, Self.age) }
        result.late = ages.next("late", environment: variable("HEALTH_HEARTBEAT_TIMEOUT"), else: late)
        result.missing = ages.next(
            "missing", environment: variable("HEALTH_HEARTBEAT_DEGRADED_THRESHOLD"), else: missing)
        result.dead = ages.next("dead", environment: variable("HEALTH_HEARTBEAT_DEAD_THRESHOLD"), else: dead)
        if let field = map["startPeriod"] {
            result.startPeriod = map.context.scalar(field, .duration(CheckBounds.startPeriod)) ?? startPeriod
        }
        return result
    }
}

/// Reads `heartbeat:`, what the component's own signs of life mean.
struct HeartbeatReader {
    static let keys = HeartbeatSettings.keys + ["authoritative"]

    let context: ReadingContext
    let defaults: Defaults

    /// - Parameters:
    ///   - hasChecks: without one the start period is as long as silence may be.
    ///   - runs: the beats of a program that Hale runs do not come over a network.
    func read(_ field: Field, hasChecks: Bool, runs: Bool) -> HeartbeatPolicy? {
        guard let mapping = mapping(field),
            let map = MappingReader(
                mapping, keys: Self.keys, expected: "true, or a mapping such as {late: 45s, missing: 90s, dead: 180s}",
                context)
        else { return nil }
        let settings = defaults.heartbeat.read(map)
        let startPeriod = settings.startPeriod ?? (hasChecks ? defaults.startPeriod : Setting(settings.dead.value))
        context.record("\(map.path).startPeriod", startPeriod, .duration(CheckBounds.startPeriod))
        return HeartbeatPolicy(
            late: settings.late.value, missing: settings.missing.value, dead: settings.dead.value,
            isAuthoritative: map.value("authoritative", .boolean, else: false), isRemote: !runs,
            startPeriod: startPeriod.value,
            thresholds: SourceState.Thresholds(
                failures: defaults.failureThreshold.value, recoveries: defaults.recoveryThreshold.value))
    }

    /// `true` is short for a mapping that leaves everything as it is; `nil` for `false`.
    private func mapping(_ field: Field) -> Field? {
        guard case .scalar = field.node.content, !field.node.isNull else { return field }
        guard let isOn = context.scalar(field, .boolean)?.value, isOn else { return nil }
        return Field(node: .emptyMapping(field.node.position), path: field.path)
    }
}
