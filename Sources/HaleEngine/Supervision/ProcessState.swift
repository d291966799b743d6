public import HaleModel

/// One supervised process, from the order to start it to its exit.
///
/// ```
/// idle ─start─► spawning ─running─► running ─stop─► stopping
///   ▲              └───────────┬────────┴──────┬────────┘
///   └─ discharged ─────────────┴─► exited ◄────┘
/// ```
///
/// Each start has a number of its own, the launch, on disk before the keeper is told: what is repeated after a crash is
/// recognised by it, and never starts a second copy.
public struct ProcessState: Hashable, Codable, Sendable {
    public enum Phase: Hashable, Codable, Sendable {
        case idle
        case spawning
        case running(pid: Int32)
        case stopping(pid: Int32?)
        case exited
    }

    /// What a report led to.
    enum Action: Hashable {
        case order(ProcessOrder)
        case started(pid: Int32)
        case exited(ProcessExit, expected: Bool)
    }

    public internal(set) var phase: Phase = .idle
    public internal(set) var launch: UInt64 = 0
    public internal(set) var since: WallTime?
    public internal(set) var lastExit: ProcessExit?
    public internal(set) var exitEvent: EventID?
    /// Started in place of one that ended: until it runs, the loss stands.
    private var isReplacement = false
    /// Ended, and by its policy not to be started again by Hale itself.
    public internal(set) var hasFinished = false
    /// Restarts by Hale; the first start is none.
    public internal(set) var restarts = 0

    init() {}

    var level: SourceLevel {
        switch phase {
        case .idle: .unknown
        case .spawning: isReplacement ? .down : .starting
        case .running, .stopping: .healthy
        case .exited: .down
        }
    }

    package var isAlive: Bool {
        switch phase {
        case .spawning, .running, .stopping: true
        case .idle, .exited: false
        }
    }

    var isRunning: Bool { if case .running = phase { true } else { false } }

    mutating func start(_ instance: InstanceID) -> ProcessOrder? {
        guard !isAlive else { return nil }
        isReplacement = phase == .exited
        hasFinished = false
        launch += 1
        phase = .spawning
        return .spawn(instance, launch: launch)
    }

    mutating func stop(_ instance: InstanceID, _ policy: ProgramPolicy) -> ProcessOrder? {
        switch phase {
        case .idle, .exited: return nil
        case .spawning: phase = .stopping(pid: nil)
        case .running(let pid): phase = .stopping(pid: pid)
        case .stopping: break
        }
        return .stop(instance, launch: launch, signal: policy.stopSignal, timeout: policy.stopTimeout)
    }

    /// Nobody wants it to run for now: an exit is no loss, and the next start is a first one.
    mutating func discharge() {
        if case .exited = phase { phase = .idle }
    }

    /// The last order was not carried out, and won't be. Of a start before it that was, and that the keeper has not
    /// answered yet, the answer is asked for again.
    mutating func withdraw(_ instance: InstanceID) -> ProcessOrder? {
        switch phase {
        case .spawning:
            phase = .exited
            return nil
        case .stopping(nil):
            phase = .spawning
            return .spawn(instance, launch: launch)
        case .stopping(let pid?):
            phase = .running(pid: pid)
            return nil
        case .idle, .running, .exited: return nil
        }
    }

    /// Takes in what the keeper says of the latest start; what it says of one before that is no news.
    mutating func apply(_ report: ProcessReport, at now: Moment) -> [Action] {
        guard report.launch == launch else { return [] }
        switch (phase, report.phase) {
        case (.idle, _), (.exited, _): return []
        case (.spawning, .running(let pid)):
            phase = .running(pid: pid)
            since = now.wall
            return [.started(pid: pid)]
        case (.stopping(nil), .running(let pid)):
            phase = .stopping(pid: pid)
            return []
        case (_, .exited(let exit)): return exited(exit, at: now)
        case (_, .absent): return exited(ProcessExit(.keeperLost), at: now)
        case (.spawning, .held), (.running, .running), (.running, .held), (.stopping, _): return []
        }
    }

    private mutating func exited(_ exit: ProcessExit, at now: Moment) -> [Action] {
        var expected = false
        if case .stopping = phase { expected = true }
        phase = .exited
        since = now.wall
        lastExit = exit
        return [.exited(exit, expected: expected)]
    }

    /// After a restart of Hale: brings the record and the keeper's report together, and repeats the order that may not
    /// have arrived.
    mutating func reconcile(
        _ report: ProcessReport, _ policy: ProgramPolicy, isSameBoot: Bool, at now: Moment
    ) -> [Action] {
        if report.launch > launch { return adopt(report, policy, at: now) }
        let isCurrent = report.launch == launch
        switch phase {
        case .idle, .exited: return []
        case .spawning where !isCurrent || report.phase.isHeld:
            return [.order(.spawn(report.instance, launch: launch))]
        case .stopping where isCurrent:
            if let order = stop(report.instance, policy), !report.phase.isOver { return [.order(order)] }
        default: break
        }
        guard isCurrent || isSameBoot else {
            phase = .idle  // the machine was booted anew: nothing crashed
            return []
        }
        return apply(
            isCurrent ? report : ProcessReport(instance: report.instance, launch: launch, phase: .absent), at: now)
    }

    /// The keeper knows of a start that the records don't: they were lost.
    private mutating func adopt(_ report: ProcessReport, _ policy: ProgramPolicy, at now: Moment) -> [Action] {
        launch = report.launch
        switch report.phase {
        case .absent: return []
        case .running(let pid):
            phase = .running(pid: pid)
            since = now.wall
            return [.started(pid: pid)]
        case .held(let pid):
            phase = .stopping(pid: pid)
            return stop(report.instance, policy).map { [.order($0)] } ?? []
        case .exited(let exit):
            phase = .running(pid: 0)
            return exited(exit, at: now)
        }
    }
}

extension ProcessReport.Phase {
    fileprivate var isHeld: Bool { if case .held = self { true } else { false } }

    fileprivate var isOver: Bool {
        switch self {
        case .absent, .exited: true
        case .held, .running: false
        }
    }
}
