internal import HaleModel

/// One component as the engine holds it.
struct ComponentState: Sendable {
    let policy: ComponentPolicy
    var checks: [CheckState]
    var processes: [ProcessState]
    /// Healing of the component, and behind it, where it has several processes, of each of them.
    var tracks: [HealTrack]

    var state: HealthState = .unknown
    var since: Moment
    var cause = Cause(.c2, "nothing heard yet")
    /// The side of usable and unusable that `starting` and `recovering` stay on.
    var lastUsable: Bool?
    var isStopped = false
    /// Since when it is continuously healthy or degraded.
    var stableSince: Instant?

    /// Whether its own state blocks those that depend on it, and whether it is blocked itself (H5).
    var blocks = false
    var isBlocked = false

    /// Slots of the engine's deadlines, one per track, and one for the forgiveness of attempts.
    let healSlots: [Int]
    let stableSlot: Int

    var isDirty = false
    var hasUnsavedCounters = false
    var isViewStale = false
    var isQueued = false
    /// Forced checks that somebody waits for.
    var checkOrders: [CheckOrderInWork] = []

    struct CheckOrderInWork: Sendable {
        var order: UInt64
        var check: Int
        /// Fulfilled by the first result of a run that began no earlier than the order.
        var run: UInt64?
    }

    var hasSeveralProcesses: Bool { processes.count > 1 }
    var checksLevel: SourceLevel { checks.lazy.map(\.level).max() ?? .unknown }
    var processLevel: SourceLevel { ComponentRules.level(processes: processes.map(\.level)) }
    var level: SourceLevel { max(checksLevel, processLevel) }
    var restartCount: Int { processes.reduce(0) { $0 + $1.restarts } }

    /// Whether every source has shown, since the remedy, that it is well again (C3). One that can say nothing does not count.
    var isProven: Bool {
        checks.allSatisfy { check in
            switch check.level {
            case .healthy, .degraded, .unhealthy, .unknown: true
            case .starting, .recovering, .down: false
            }
        } && processes.allSatisfy { $0.level == .healthy || $0.hasFinished }
    }

    func instance(_ number: Int) -> InstanceID { InstanceID(policy.id, number) }

    /// The cause of the source that decides the level.
    var levelCause: Cause {
        let level = level
        if let check = checks.first(where: { $0.level == level }), processLevel < level || level < .down {
            return check.memory.cause
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
        return Cause(.c1, policy.checks.isEmpty && policy.program == nil ? "has no source" : "nothing heard yet")
    }
}
