public import HaleModel

/// What the heartbeats of one component say: their age (S3), and what is reported with them (S1, S2).
///
/// ```
/// silence:  fresh ─late─► degraded ─missing─► unhealthy ─dead─► down        a beat ─► fresh
/// ```
public struct HeartbeatState: Hashable, Codable, Sendable {
    /// What the beats themselves reported.
    public internal(set) var source = SourceState()
    /// What their age says: `healthy`, `degraded`, `unhealthy` or `down`.
    public internal(set) var silence: SourceLevel = .healthy
    public internal(set) var lastBeat: Instant?
    /// The age is counted from here: the last beat, or where counting began anew.
    public internal(set) var countedFrom: Instant
    public internal(set) var lastBeatAt: WallTime?
    public internal(set) var message: String?
    public internal(set) var progress: Double?
    public internal(set) var total: UInt64 = 0

    init(at now: Instant) { countedFrom = now }

    var hasBeenHeard: Bool { lastBeat != nil }

    var level: SourceLevel {
        if silence == .down { return .down }
        return silence == .healthy ? source.level : max(source.level, silence)
    }

    /// A start period begins (C2): silence says nothing until its end.
    mutating func begin(afterRemedy: Bool, at now: Instant) {
        if silence == .down { source.lose() }
        source.begin(afterRemedy: afterRemedy)
        silence = .healthy
        countedFrom = now
    }

    /// After a restart of Hale, a pause or a stall of its clock, ages begin anew (C9).
    mutating func countAnew(from now: Instant) { countedFrom = now }

    /// Time in which nothing could be heard does not count.
    mutating func postpone(by span: TimeSpan) { countedFrom = countedFrom + span }

    /// Returns whether this is the first beat after silence.
    mutating func beat(_ beat: Heartbeat, _ policy: HeartbeatPolicy, at now: Moment) -> Bool {
        let wasSilent = silence != .healthy || !hasBeenHeard
        if silence == .down { source.lose() }
        silence = .healthy
        lastBeat = now.boot
        countedFrom = now.boot
        lastBeatAt = now.wall
        message = beat.message
        progress = beat.progress ?? progress
        total += 1
        source.apply(Verdict(reported: beat.status), policy.thresholds)
        return wasSilent
    }

    /// What the age says now, at worst `unhealthy` where something else proves life.
    func judgedSilence(_ policy: HeartbeatPolicy, isProvenAlive: Bool, at now: Instant) -> SourceLevel {
        let age = now - countedFrom
        let worst: SourceLevel = isProvenAlive && !policy.isAuthoritative ? .unhealthy : .down
        guard hasBeenHeard else {
            if age < policy.startPeriod { return .healthy }
            return age < policy.startPeriod + policy.dead ? .unhealthy : worst
        }
        if source.level == .starting, age < policy.startPeriod { return .healthy }
        if age > policy.dead { return worst }
        if age > policy.missing { return .unhealthy }
        return age > policy.late ? .degraded : .healthy
    }

    /// When the age says something else.
    func nextChange(_ policy: HeartbeatPolicy, after now: Instant) -> Instant? {
        let steps: [TimeSpan] =
            hasBeenHeard
            ? (source.level == .starting ? [policy.startPeriod] : []) + [policy.late, policy.missing, policy.dead]
            : [policy.startPeriod, policy.startPeriod + policy.dead]
        return steps.map { countedFrom + $0 + .nanoseconds(1) }.filter { $0 > now }.min()
    }

    func cause(_ policy: HeartbeatPolicy, at now: Instant) -> Cause {
        guard silence == .healthy else {
            let text =
                hasBeenHeard
                ? "no heartbeat for \(rounded(now - countedFrom))" : "never heard since \(rounded(now - countedFrom))"
            return Cause(.s3, text)
        }
        switch source.level {
        case .unknown, .starting: return Cause(.c2, "no heartbeat yet")
        case .recovering: return Cause(.s2, "\(source.successes) heartbeats since it was down")
        case .healthy: return Cause(.s3, message ?? "heartbeats come")
        case .degraded, .unhealthy, .down:
            let failures = source.failures > 0 ? "\(source.failures) in a row" : "last"
            return Cause(source.rule, "heartbeat, \(failures): \(message ?? "reports \(source.level.rawValue)")")
        }
    }

    private func rounded(_ span: TimeSpan) -> TimeSpan { .seconds(span.nanoseconds / 1_000_000_000) }
}

extension Verdict {
    /// Reported statuses: healthy, or none, is good.
    init(reported status: HealthStatus?) {
        switch status {
        case nil, .healthy: self = .good
        case .degraded: self = .degraded
        case .unhealthy, .critical: self = .failed
        }
    }
}
