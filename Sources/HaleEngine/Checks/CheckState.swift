internal import HaleModel
internal import HaleResilience

/// One check: its memory, its schedule, and the run that is under way.
struct CheckState: Sendable {
    struct Run: Hashable, Sendable {
        var id: UInt64
        var permit: CircuitBreakerStateMachine.Permit?
        /// Began before a stall or before the process it asks was replaced: a failure says nothing.
        var isDoubtful = false
    }

    /// What a result changed, for events.
    struct Finding {
        var levelChanged = false
        var failedFirst = false
        var failureKindChanged = false
        var passedAgain = false
        var circuit: CircuitBreakerStateMachine.Change?
    }

    var policy: CheckPolicy
    var memory: CheckMemory
    /// When the run that was last begun was due; the next is counted from it, so that the schedule does not drift.
    var due: Instant = .zero
    var run: Run?
    /// A forced run must follow as soon as the present one ends.
    var isWantedAgain = false
    /// Slots of the engine's deadlines: the next run or the loss of the present one, and the end of the start period.
    let runSlot: Int
    let startSlot: Int

    var level: SourceLevel { memory.source.level }

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
            let begun = Run(id: id, permit: permit)
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
    }

    /// Takes a result in; `nil` when it belongs to no present run.
    mutating func finish(
        _ id: UInt64, _ result: HealthCheckResult, at now: Instant, using random: inout SeededGenerator
    ) -> Finding? {
        guard let begun = run, begun.id == id else { return nil }
        run = nil
        let verdict = judge(result, isDoubtful: begun.isDoubtful)
        var finding = Finding()
        let before = memory.source
        memory.source.apply(verdict, policy.thresholds)
        if verdict == .degraded, result.status == .healthy { memory.source.rule = .s5 }
        finding.levelChanged = before.level != level
        if let permit = begun.permit {
            let counts = before.level != .starting || verdict != .failed
            finding.circuit = memory.breaker.report(
                counts ? verdict.breakerVerdict : .none, for: permit, at: now, using: &random)
        }
        note(verdict, result, &finding)
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
        var message = result.message
        if verdict == .degraded, result.status == .healthy, let slow = policy.slow {
            message = "slow: \(result.latency), limit \(slow) (\(result.message))"
        }
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
