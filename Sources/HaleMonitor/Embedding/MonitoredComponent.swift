internal import HaleEngine
public import HaleModel

/// One component of a program that embeds Hale: what gives evidence about it, and how the program heals it.
///
/// A component without a check and a heartbeat stays `unknown`.
public struct MonitoredComponent: Sendable {
    public let id: ComponentID
    /// Default `daemon`.
    public var layer: Layer = .daemon
    public var labels: [String: String] = [:]
    /// Lost, it makes the whole system at best `unhealthy`. Default false.
    public var isVital = false
    /// What it needs: while one of these is down, it is not healed. They are registered before it.
    public var dependsOn: [ComponentID] = []
    /// Failures in a row after which a check or a heartbeat's status means `down`. Default 3, at least 1.
    public var failureThreshold = 3
    /// Good results in a row that lead out of `down`. Default 2, at least 1.
    public var recoveryThreshold = 2
    /// How long failures and silence say nothing after a start and after a remedy. Default 60 s for checks, and for the
    /// heartbeat its `dead`.
    public var startPeriod: Duration?

    private var checks: [CheckPolicy] = []
    private var beat: HeartbeatPolicy?
    private var heal: HealPolicy?
    private(set) var closures = Closures.Own()
    private var problems: [String] = []

    init(_ id: ComponentID) { self.id = id }

    // MARK: Evidence

    /// A closure that says how the component is. One that throws has failed, and so has one that takes too long, which is then
    /// cancelled; it is not run again before it has ended.
    /// - Parameters:
    ///   - name: its own within the component. Default `check`.
    ///   - interval: from one run to the next, each ±5 %. 100 ms to 30 days.
    ///   - timeout: 10 ms to the interval. Default: the smaller of 5 s and the interval.
    public mutating func check(
        _ name: String = "check", every interval: Duration = .seconds(10), timeout: Duration? = nil,
        _ body: @escaping @Sendable () async throws -> HealthCheckResult
    ) {
        let interval = TimeSpan(clamping: interval)
        let timeout = timeout.map(TimeSpan.init(clamping:)) ?? min(.seconds(5), interval)
        if ComponentID(name) == nil { problems.append("'\(name)' is not a name of a check") }
        if closures.checks[name] != nil { problems.append("there are two checks '\(name)'") }
        require(CheckBounds.interval.contains(interval), "\(name): an interval of \(interval) is not from 100ms to 30d")
        require(
            timeout >= CheckBounds.timeout.lowerBound && timeout <= interval,
            "\(name): a time-out of \(timeout) is not from 10ms to the interval")
        checks.append(CheckPolicy(name: name, kind: "closure", interval: interval, timeout: timeout))
        closures.checks[name] = body
    }

    /// Something that says by itself how it is.
    public mutating func check(
        _ name: String = "check", every interval: Duration = .seconds(10), timeout: Duration? = nil,
        of checkable: some HealthCheckable
    ) {
        check(name, every: interval, timeout: timeout) { await checkable.checkHealth() }
    }

    /// The component says by itself that it lives, by `HealthMonitor.heartbeat`; this is what the age of its last beat means.
    /// - Parameters:
    ///   - late: older than this is `degraded`.
    ///   - missing: older than this is `unhealthy`; at least `late`.
    ///   - dead: older than this is `down`, or `unhealthy` while a check succeeds; at least `missing`, at most 365 days.
    public mutating func heartbeat(
        late: Duration = .seconds(45), missing: Duration = .seconds(90), dead: Duration = .seconds(180)
    ) {
        let ages = [late, missing, dead].map(TimeSpan.init(clamping:))
        require(
            HeartbeatSettings.age.contains(ages[0]) && ages[0] <= ages[1] && ages[1] <= ages[2]
                && HeartbeatSettings.age.contains(ages[2]),
            "heartbeat: late \(ages[0]), missing \(ages[1]) and dead \(ages[2]) do not rise from 100ms to 365d")
        beat = HeartbeatPolicy(late: ages[0], missing: ages[1], dead: ages[2], isRemote: false)
    }

    // MARK: Healing

    /// A closure that heals the component. It is called when the component is down and nothing objects, once for each attempt,
    /// and only after that is on disk: a limit holds though the program is killed and started again. When it throws or takes
    /// too long, the attempt has failed; otherwise evidence decides whether it helped. After a failed one it is called again
    /// after a pause of 5 s, doubling to 5 min, at most 5 times; then the component is `failed`, and one attempt is made
    /// every 30 min.
    /// - Parameters:
    ///   - limit: attempts in each sliding `window`; `nil` for no limit.
    ///   - cooldown: from a successful heal to the next. Default 5 min.
    ///   - timeout: after which it is cancelled. 100 ms to one day.
    ///   - verifyAfter: from its end until evidence is asked for. Zero to one hour.
    public mutating func onRemedy(
        limit: Int? = 3, per window: Duration = .seconds(3_600), cooldown: Duration = .seconds(300),
        timeout: Duration = .seconds(60), verifyAfter: Duration = .seconds(3),
        _ body: @escaping @Sendable (RemedyOrder) async throws -> Void
    ) {
        let spans = [window, cooldown, timeout, verifyAfter].map(TimeSpan.init(clamping:))
        require(limit.map { (1...10_000).contains($0) } ?? true, "onRemedy: a limit is from 1 to 10000")
        require(HealBounds.guardSpan.contains(spans[0]) && spans[0] > .zero, "onRemedy: a window is up to 30d")
        require(HealBounds.guardSpan.contains(spans[1]), "onRemedy: a cooldown is up to 30d")
        require(HealBounds.commandTimeout.contains(spans[2]), "onRemedy: a time-out is from 100ms to 1d")
        require(HealBounds.wait.contains(spans[3]), "onRemedy: verifyAfter is up to 1h")
        heal = HealPolicy(
            rungs: [.init(.handler(timeout: spans[2]), verifyAfter: spans[3])], cooldown: spans[1],
            limit: limit.map { .init(count: $0, window: spans[0]) })
        closures.remedy = body
    }

    // MARK: What the engine is told

    private mutating func require(_ isFine: Bool, _ problem: String) {
        if !isFine { problems.append(problem) }
    }

    /// - Throws: everything that is out of bounds.
    func policy() throws(MonitorError) -> ComponentPolicy {
        var problems = self.problems
        if !CheckBounds.threshold.contains(failureThreshold) || !CheckBounds.threshold.contains(recoveryThreshold) {
            problems.append("thresholds are from 1 to 1000")
        }
        let start = startPeriod.map(TimeSpan.init(clamping:))
        if let start, !CheckBounds.startPeriod.contains(start) {
            problems.append("a start period of \(start) is not from 0s to 7d")
        }
        guard problems.isEmpty else { throw MonitorError("\(id): " + problems.joined(separator: "; ")) }
        let thresholds = SourceState.Thresholds(failures: failureThreshold, recoveries: recoveryThreshold)
        var policy = ComponentPolicy(
            id: id, layer: layer, labels: labels, isVital: isVital,
            dependsOn: dependsOn.map { DependencyPolicy(on: $0) }, checks: checks, heartbeat: beat, heal: heal)
        for index in policy.checks.indices {
            policy.checks[index].thresholds = thresholds
            if let start { policy.checks[index].startPeriod = start }
        }
        policy.heartbeat?.thresholds = thresholds
        if let start { policy.heartbeat?.startPeriod = start }
        return policy
    }
}
