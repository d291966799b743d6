internal import HaleModel
internal import HaleResilience

/// One check: its memory, its schedule, and the run that is under way.
struct CheckState: Codable, Sendable {
    struct Run: Hashable, Codable, Sendable {
        var id: UInt64
        var permit: CircuitBreakerStateMachine.Permit?
        var began: Instant
        /// Began before a stall or before the process it asks was replaced: a failure says nothing.
        var isDoubtful = false
    }

    /// What a result changed, for events.
    struct Finding {
        var levelChanged = false
        var failedFirst = false
        var failureKindChanged = false
        var passedAgain = false
    }

    var policy: CheckPolicy
    var memory: CheckMemory
    /// When the run that was last begun was due; the next is counted from it, so that the schedule does not drift.
    var due: Instant = .zero
    var run: Run?
    /// A forced run must follow as soon as the present one ends.
    var isWantedAgain = false
    /// Waits for its turn at its host; whether it was forced.
    var waitsForHost: Bool?
    /// When the run began that last said something; when the run that was the first to fail; when one was last good.
    private(set) var lastBegan: Instant?
    private(set) var failingSince: Instant?
    private(set) var lastGood: Instant?
    /// When the start period ends, if there was a result by then; otherwise with the first one.
    var startEnds: Instant = .zero
    private var recentLatencies = RecentLatencies()
    /// Slots of the engine's deadlines: the next run or the loss of the present one, and the end of the start period.
    var runSlot: Int
    var startSlot: Int

    init(policy: CheckPolicy, memory: CheckMemory, runSlot: Int, startSlot: Int) {
        self.policy = policy
        self.memory = memory
        self.runSlot = runSlot
        self.startSlot = startSlot
    }

    var level: SourceLevel { memory.source.level }

    /// Down by what was recorded before Hale was started, and not asked since.
    var isKnownOnlyByRecord: Bool { level == .down && lastBegan == nil }

    /// The usual latency ÷ the recent one.
    var latencyRatio: Double? {
        guard let usual = memory.latencies.percentile(0.5), let recent = recentLatencies.median,
            recent.nanoseconds > 0
        else { return nil }
        return usual.seconds / recent.seconds
    }

    /// The same check under another policy: what is known stays, what was under way no longer counts for the breaker.
    mutating func adopt(_ policy: CheckPolicy) {
        guard policy != self.policy else { return }
        if policy.breaker != self.policy.breaker { memory.breaker = memory.breaker.restored(policy.breaker) { $0 } }
        self.policy = policy
    }

    /// Begins a run. While the breaker is open only a forced run gets through, and its result counts.
    mutating func begin(id: UInt64, at now: Instant, forced: Bool) -> (
        order: Run, circuit: CircuitBreakerStateMachine.Change?
    )? {
        guard run == nil else { return nil }
        var circuit: CircuitBreakerStateMachine.Change? = nil
        if forced { circuit = memory.breaker.hint() }
        switch memory.breaker.admit(at: now) {
        case .rejected: return nil
        case .admitted(let permit, let change):
            let begun = Run(id: id, permit: permit, began: now)
            run = begun
            due = now
            return (begun, circuit ?? change)
        }
    }

    /// What the present run will find is not wanted any more; its place in the breaker is given back.
    mutating func abandonRun(at now: Instant, using random: inout SeededGenerator) {
        if let permit = run?.permit { memory.breaker.report(.none, for: permit, at: now, using: &random) }
        run = nil
        isWantedAgain = false
        waitsForHost = nil
    }

    /// A run that has ended, with what it found and what it did to the breaker.
    struct Ended: Hashable, Codable, Sendable {
        var result: HealthCheckResult
        var verdict: Verdict
        var circuit: CircuitBreakerStateMachine.Change?
        var began: Instant
    }

    /// Ends the present run; `nil` when the result belongs to none. The breaker learns of it at once, the source by `take`.
    mutating func end(
        _ id: UInt64, _ result: HealthCheckResult, at now: Instant, using random: inout SeededGenerator
    ) -> Ended? {
        guard let ended = run, ended.id == id else { return nil }
        run = nil
        let verdict = judge(result, isDoubtful: ended.isDoubtful)
        switch verdict {
        case .good, .degraded:
            lastBegan = ended.began
            lastGood = ended.began
            failingSince = nil
        case .failed:
            lastBegan = ended.began
            failingSince = failingSince ?? ended.began
        case .inconclusive: break
        }
        var circuit: CircuitBreakerStateMachine.Change?
        if let permit = ended.permit {
            let counts = level != .starting || verdict != .failed
            circuit = memory.breaker.report(
                counts ? verdict.breakerVerdict : .none, for: permit, at: now, using: &random)
        }
        return Ended(result: result, verdict: verdict, circuit: circuit, began: ended.began)
    }

    /// Whether taking it in would be the loss of a source that is not lost yet.
    func wouldLose(_ ended: Ended) -> Bool { memory.source.wouldLose(ended.verdict, policy.thresholds) }

    /// Takes in what a run found.
    mutating func take(_ ended: Ended) -> Finding {
        var finding = Finding()
        let before = memory.source
        memory.source.apply(ended.verdict, policy.thresholds)
        if ended.verdict == .degraded, ended.result.status == .healthy { memory.source.rule = .s5 }
        finding.levelChanged = before.level != level
        note(ended.verdict, ended.result, &finding)
        return finding
    }

    /// Slow is not dead, and what spans a stall proves nothing.
    private func judge(_ result: HealthCheckResult, isDoubtful: Bool) -> Verdict {
        switch result.verdict {
        case .failed where isDoubtful: .inconclusive
        case .good: policy.slow.map { result.latency > $0 } == true ? .degraded : .good
        default: result.verdict
        }
    }

    private mutating func note(_ verdict: Verdict, _ result: HealthCheckResult, _ finding: inout Finding) {
        let wasFailing = memory.last?.verdict == .failed
        let message = policy.message(of: result)
        memory.total += 1
        switch verdict {
        case .failed:
            memory.failures += 1
            memory.recent.record(success: false)
            finding.failedFirst = !wasFailing
            finding.failureKindChanged =
                wasFailing && memory.last.map { Self.kind(of: $0.message) } != Self.kind(of: message)
        case .good, .degraded:
            memory.recent.record(success: true)
            memory.latencies.record(result.latency)
            recentLatencies.record(result.latency)
            finding.passedAgain = wasFailing
        case .inconclusive:
            if wasFailing { return }
        }
        memory.last = CheckMemory.Last(
            verdict: verdict, message: message, details: result.details, at: result.timestamp, latency: result.latency)
    }

    /// The kind of a failure is its message without the numbers in it.
    private static func kind(of message: String) -> [UInt8] {
        message.utf8.filter { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// When the next run begins.
    mutating func nextRun(after now: Instant, using random: inout SeededGenerator) -> Instant {
        if case .open(let until, _) = memory.breaker.state { return max(until, now) }
        if isOnTheWay { return now + random.jittered(policy.recheck, by: CheckPolicy.jitter) }
        return max(now, due + random.jittered(policy.interval, by: CheckPolicy.jitter))
    }

    /// After a first failure, while starting, and on the way back, the next run comes sooner.
    private var isOnTheWay: Bool {
        switch level {
        case .starting, .recovering: true
        case .unknown, .healthy, .degraded, .unhealthy: memory.source.failures > 0
        case .down: false
        }
    }
}

extension Verdict {
    fileprivate var breakerVerdict: CircuitBreakerStateMachine.Verdict {
        switch self {
        case .good, .degraded: .success
        case .failed: .failure
        case .inconclusive: .none
        }
    }
}
