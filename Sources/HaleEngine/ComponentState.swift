internal import HaleModel

/// One component as the engine holds it.
struct ComponentState: Codable, Sendable {
    var policy: ComponentPolicy
    var checks: [CheckState]
    var processes: [ProcessState]
    /// Healing of the component, and behind it, where it has several processes, of each of them.
    var tracks: [HealTrack]

    var heartbeat: HeartbeatState?
    var errors: ErrorRateState
    var traffic: ErrorRateState
    var metrics = MetricLimits()

    var state: HealthState = .unknown
    var since: Moment
    var cause = Cause(.c2, "nothing heard yet")
    /// The side of usable and unusable that `starting` and `recovering` stay on.
    var lastUsable: Bool?
    var isStopped = false
    var hold: Hold?
    /// A person has stopped all monitoring.
    var isUnwatched = false
    /// What a person said about automatic healing; it holds over the policy.
    private(set) var autoHeal: Bool?
    var flapping = Flapping()
    /// What is about to be judged, and waits for what it depends on (C8).
    var judgements: [Judgement] = []
    /// Error rates that would be its loss wait for a judgement.
    var holdsRates = false
    /// A dependency was lost and is back, and the edge says `restart` (until a remedy begins).
    var restartsFor: ComponentID?
    /// Who owns it instead of Hale (H7).
    var foreignOwner: String?
    /// Somebody knows of the present trouble.
    var acknowledgement: String?
    var silencedUntil: Instant?
    /// Since when it is continuously healthy or degraded.
    var stableSince: Instant?

    /// Whether its own state blocks those that depend on it, and whether it is blocked itself (H5).
    var blocks = false
    var isBlocked = false
    /// When it ceased to be blocked, or a panic ended: what was known before then says nothing of its present health.
    var askedAnewAt: Instant?

    /// Slots of the engine's deadlines.
    var slots: ComponentSlots
    var healSlots: [Int] { slots.heal }
    var stableSlot: Int { slots.stable }

    var isDirty = false
    var hasUnsavedCounters = false
    var isViewStale = false
    var isQueued = false
    /// When its sources were last looked at; ages are told as of then.
    var judgedAt: Instant = .zero
    /// Forced checks that somebody waits for.
    var checkOrders: [CheckOrderInWork] = []
    /// What it adds to the system's score at present.
    var contribution: Contribution?
    /// Its checks are the reference targets (C10).
    var isReference = false

    struct CheckOrderInWork: Codable, Sendable {
        var order: UInt64
        var check: Int
        /// Fulfilled by the first result of a run that began no earlier than the order.
        var run: UInt64?
    }

    @inline(__always)
    func checkIndex(named name: String) -> Int? { checks.indices.first { checks[$0].policy.name == name } }

    var hasSeveralProcesses: Bool { processes.count > 1 }
    /// Of reference targets some may fail: only all of them together mean something.
    @inline(__always)
    var checksLevel: SourceLevel {
        if isReference { return ComponentRules.level(processes: checks.map { $0.level }) }
        var level = SourceLevel.unknown
        for index in checks.indices { level = max(level, checks[index].memory.source.level) }
        return level
    }
    @inline(__always)
    var processLevel: SourceLevel {
        processes.isEmpty ? .unknown : ComponentRules.level(processes: processes.lazy.map { $0.level })
    }
    /// What it reports of itself, by whatever channel.
    @inline(__always)
    var reportedLevel: SourceLevel {
        var level = max(errors.level(policy.errorRate), traffic.level(policy.errorRate))
        if holdsRates { level = min(level, .unhealthy) }
        if let reported = heartbeat?.level { level = max(level, reported) }
        if !policy.limits.isEmpty, let limit = metrics.level(policy.limits) { level = max(level, limit) }
        return level
    }
    var level: SourceLevel { max(checksLevel, processLevel, reportedLevel) }
    var hasSource: Bool { !policy.checks.isEmpty || policy.program != nil || policy.heartbeat != nil }
    var isPaused: Bool { hold == .paused || isUnwatched }
    /// What keeps it from being healed by hand of a person.
    var effectiveHold: Hold? { isUnwatched ? .paused : hold }

    mutating func setAutoHeal(_ isOn: Bool?) {
        guard let isOn else { return }
        autoHeal = isOn
        policy.heal?.isAutomatic = isOn
    }
    var restartCount: Int { processes.reduce(0) { $0 + $1.restarts } }

    /// Whether every source has shown, since the remedy, that it is well again (C3). One that can say nothing does not count.
    var isProven: Bool {
        checks.allSatisfy { check in
            switch check.level {
            case .healthy, .degraded, .unhealthy, .unknown: true
            case .starting, .recovering, .down: false
            }
        } && !saysNothing && (heartbeat.map { $0.level < .recovering && $0.level != .starting } ?? true)
            && processes.allSatisfy { $0.level == .healthy || $0.hasFinished }
    }

    /// Nothing has been heard since the remedy by which it could be judged, and no start period is open any more.
    var saysNothing: Bool {
        processes.isEmpty && checks.allSatisfy { $0.level == .unknown } && heartbeat == nil
    }

    var isKnownOnlyByRecord: Bool { checks.contains(where: \.isKnownOnlyByRecord) }

    /// Whether a check that holds it down is being asked for the first time since then.
    var awaitsEvidence: Bool {
        guard let askedAnewAt else { return false }
        return checks.contains {
            $0.level == .down && ($0.run != nil || $0.waitsForHost != nil) && ($0.lastBegan ?? .zero) < askedAnewAt
        }
    }

    var hasAttempt: Bool { tracks.contains { $0.attempt != nil } }

    /// Down only because no heartbeat ever came, and not run by Hale: there is nothing that healing could bring back (S3).
    var wasNeverHeard: Bool {
        guard let heartbeat, policy.program == nil, heartbeat.silence == .down, !heartbeat.hasBeenHeard else {
            return false
        }
        return max(checksLevel, errors.level(policy.errorRate), traffic.level(policy.errorRate)) < .down
    }

    func instance(_ number: Int) -> InstanceID { InstanceID(policy.id, number) }

    /// The cause of the source that decides the level.
    var levelCause: Cause { cause(of: level) }

    func cause(of level: SourceLevel) -> Cause {
        if let reported = reportedCause(level) { return reported }
        if isReference, let check = checks.first(where: { $0.level > .healthy }) { return check.memory.cause }
        if let check = checks.indices.first(where: { checks[$0].memory.source.level == level }),
            processLevel < level || level < .down
        {
            return checks[check].memory.cause
        }
        if let process = processes.first(where: { $0.level == .down }) {
            let dead = processes.count { $0.level == .down }
            let share = hasSeveralProcesses ? "\(dead) of \(processes.count) processes dead, " : ""
            return Cause(
                .s6, share + (process.lastExit?.description ?? "not running"),
                events: process.exitEvent.map { [$0] } ?? [])
        }
        if let process = processes.first(where: { $0.level == level }) {
            switch process.phase {
            case .running(let pid): return Cause(.s6, "process \(pid) runs")
            case .spawning: return Cause(.c2, "its process is being started")
            case .idle, .stopping, .exited: break
            }
        }
        return Cause(.c1, hasSource ? "nothing heard yet" : "has no source")
    }

    /// The cause of a level that only what is reported stands at.
    private func reportedCause(_ level: SourceLevel) -> Cause? {
        guard reportedLevel == level, level > .unknown, max(checksLevel, processLevel) < level else { return nil }
        if let heartbeat, heartbeat.level == level, let policy = policy.heartbeat {
            return heartbeat.cause(policy, at: judgedAt)
        }
        for (origin, rates) in [(OperationCounts.Origin.errors, errors), (.traffic, traffic)]
        where (holdsRates ? min(rates.level(policy.errorRate), .unhealthy) : rates.level(policy.errorRate)) == level {
            return rates.cause(policy.errorRate, origin)
        }
        return metrics.worst(policy.limits)?.cause
    }
}
