/// One component as the HTTP interface shows it. Keys are written in snake case; times are RFC 3339.
public struct ComponentDocument: Codable, Hashable, Sendable {
    public struct Latency: Codable, Hashable, Sendable {
        public var mean: Double
        public var p50: Double
        public var p95: Double
        public var p99: Double
    }

    public struct Check: Codable, Hashable, Sendable {
        public var name: String
        public var kind: String
        public var level: SourceLevel
        public var message: String?
        public var details: [String: JSONValue]
        public var lastCheck: String?
        public var lastLatencyMs: Double?
        public var latencyMs: Latency?
        public var consecutiveFailures: Int
        public var consecutiveSuccesses: Int
        public var successRate: Double?
        public var checksTotal: UInt64
        public var failuresTotal: UInt64
        public var circuitBreakerState: String
        public var nextCheck: String?
    }

    public struct Process: Codable, Hashable, Sendable {
        public var instance: Int
        public var phase: String
        public var pid: Int32?
        public var since: String?
        public var lastExit: String?
        public var restarts: Int
    }

    public struct Heal: Codable, Hashable, Sendable {
        public var phase: String
        public var attempts: Int
        public var retries: Int
        public var rung: Int
        public var rungs: Int
        public var nextAttempt: String?
        public var rule: Rule?
        public var suppressed: SuppressionReason?
        /// Off, only a person heals it.
        public var automatic: Bool
    }

    public var componentId: ComponentID
    public var layer: Layer
    public var labels: [String: String]
    public var vital: Bool
    public var state: HealthState
    public var since: String
    /// The same moment as `since`.
    public var lastStateChange: String
    /// How long the longest-running process of its program runs; `nil` where Hale runs none.
    public var uptimeSeconds: Double?
    public var rule: Rule
    public var evidence: String
    public var message: String
    public var tags: [Tag]
    public var dependsOn: [ComponentID]
    public var blockedBy: [ComponentID]
    public var consecutiveFailures: Int
    public var consecutiveSuccesses: Int
    public var successRate: Double?
    public var checksTotal: UInt64
    public var lastCheck: String?
    public var nextCheck: String?
    public var latencyMs: Latency?
    public var restartCount: Int
    public var circuitBreakerState: String?
    public var checks: [Check]
    public var processes: [Process]
    public var heal: Heal?
    /// 0…1.
    public var healthScore: Double?
    public var heartbeat: Heartbeat?
    public var totalHeartbeats: UInt64
    public var lastHeartbeat: String?
    public var metrics: [String: Double]
    /// When a maintenance ends.
    public var heldUntil: String?
    public var acknowledgement: String?
    public var silencedUntil: String?

    public struct Heartbeat: Codable, Hashable, Sendable {
        public var level: SourceLevel
        public var evidence: String
        public var last: String?
        public var message: String?
        public var progress: Double?
        public var total: UInt64
    }
}

extension ComponentDocument {
    /// What people want to read first.
    static func message(_ view: ComponentView) -> String {
        view.tags.contains(.stopped) ? view.cause.evidence : view.worstCheck?.message ?? view.cause.evidence
    }

    /// - Parameter now: when the view was made, which running times count to.
    public init(_ view: ComponentView, at now: WallTime) {
        let worst = view.worstCheck
        let started = view.instances.filter { $0.phase == .running }.compactMap(\.since).min()
        let lastChecked = view.checks.compactMap(\.lastRun).max()
        var latencies = Histogram()
        for check in view.checks { latencies.merge(check.latencies) }
        self.init(
            componentId: view.id, layer: view.layer, labels: view.labels, vital: view.isVital, state: view.state,
            since: "\(view.since)", lastStateChange: "\(view.since)",
            uptimeSeconds: started.map { max(0, (now - $0).seconds) }, rule: view.cause.rule,
            evidence: view.cause.evidence,
            message: Self.message(view),
            tags: view.tags, dependsOn: view.dependsOn, blockedBy: view.blockedBy,
            consecutiveFailures: worst?.consecutiveFailures ?? 0,
            consecutiveSuccesses: worst?.consecutiveSuccesses ?? 0,
            successRate: view.checks.compactMap(\.recent.successRate).min(),
            checksTotal: view.checks.reduce(0) { $0 + $1.total }, lastCheck: lastChecked.map { "\($0)" },
            nextCheck: view.checks.compactMap(\.next).min().map { "\($0)" }, latencyMs: Latency(latencies),
            restartCount: view.restartCount, circuitBreakerState: view.worstBreaker?.name,
            checks: view.checks.map(Check.init), processes: view.instances.map(Process.init),
            heal: view.heal.map(Heal.init), healthScore: view.healthScore,
            heartbeat: view.heartbeat.map {
                Heartbeat(
                    level: $0.level, evidence: $0.cause.evidence, last: $0.last.map { "\($0)" }, message: $0.message,
                    progress: $0.progress, total: $0.total)
            }, totalHeartbeats: view.heartbeat?.total ?? 0,
            lastHeartbeat: view.heartbeat?.last.map { "\($0)" }, metrics: view.metrics,
            heldUntil: view.heldUntil.map { "\($0)" },
            acknowledgement: view.acknowledgement, silencedUntil: view.silencedUntil.map { "\($0)" })
    }
}

extension ComponentView {
    fileprivate var worstBreaker: BreakerView? {
        checks.map(\.breaker).max { $0.severity < $1.severity }
    }
}

extension BreakerView {
    fileprivate var severity: Int {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}

extension ComponentDocument.Latency {
    init?(_ histogram: Histogram) {
        guard let mean = histogram.mean, let p50 = histogram.percentile(0.5), let p95 = histogram.percentile(0.95),
            let p99 = histogram.percentile(0.99)
        else { return nil }
        self.init(mean: mean.milliseconds, p50: p50.milliseconds, p95: p95.milliseconds, p99: p99.milliseconds)
    }
}

extension ComponentDocument.Check {
    init(_ view: CheckView) {
        self.init(
            name: view.name, kind: view.kind, level: view.level, message: view.message, details: view.details,
            lastCheck: view.lastRun.map { "\($0)" }, lastLatencyMs: view.latency?.milliseconds,
            latencyMs: ComponentDocument.Latency(view.latencies), consecutiveFailures: view.consecutiveFailures,
            consecutiveSuccesses: view.consecutiveSuccesses, successRate: view.recent.successRate,
            checksTotal: view.total, failuresTotal: view.failures, circuitBreakerState: view.breaker.name,
            nextCheck: view.next.map { "\($0)" })
    }
}

extension ComponentDocument.Process {
    init(_ view: InstanceView) {
        self.init(
            instance: view.number, phase: view.phase.rawValue, pid: view.pid, since: view.since.map { "\($0)" },
            lastExit: view.lastExit.map { "\($0)" }, restarts: view.restarts)
    }
}

extension ComponentDocument.Heal {
    init(_ view: HealView) {
        self.init(
            phase: view.phase.rawValue, attempts: view.attempts, retries: view.retries, rung: view.rung,
            rungs: view.rungs, nextAttempt: view.nextAttempt.map { "\($0)" }, rule: view.waitsBy?.rule,
            suppressed: view.suppressed, automatic: view.isAutomatic)
    }
}
