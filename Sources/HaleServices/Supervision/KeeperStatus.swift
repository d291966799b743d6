import HaleModel

/// A keeper's status message as a report for the engine.
struct KeeperStatus {
    let report: ProcessReport
    /// Recognises leftovers of the program in their environment.
    let token: String

    init?(_ message: KeeperMessage, _ instance: InstanceID) {
        guard message.verb == "status", let launch = message["launch"].flatMap(UInt64.init) else { return nil }
        token = message["token"] ?? ""
        let pid = message["pid"].flatMap(Int32.init) ?? 0
        let phase: ProcessReport.Phase
        switch message["state"] {
        case "idle": phase = .absent
        case "held": phase = .held(pid: pid)
        case "running", "stopping": phase = .running(pid: pid)
        case "exited": phase = .exited(Self.exit(message))
        default: return nil
        }
        report = ProcessReport(instance: instance, launch: launch, phase: phase)
    }

    private static func exit(_ message: KeeperMessage) -> ProcessExit {
        let reason: ProcessExit.Reason
        if let failure = message["failure"], !failure.isEmpty {
            reason = .startFailed(failure)
        } else if let signal = message["exitSignal"].flatMap(Int32.init) {
            reason = .signal(signal)
        } else {
            reason = .code(message["exitCode"].flatMap(Int32.init) ?? -1)
        }
        var at: Moment?
        if let boot = message["exitedBoot"].flatMap(Int64.init), let wall = message["exitedWall"].flatMap(Int64.init) {
            at = Moment(boot: Instant(nanoseconds: boot), wall: WallTime(nanoseconds: wall))
        }
        let last = message["lastOutput"].flatMap { $0.isEmpty ? nil : $0 }
        return ProcessExit(reason, at: at, lastOutput: last)
    }
}
