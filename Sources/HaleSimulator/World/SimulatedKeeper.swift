package import HaleModel

/// The keeper of one instance: outlives Hale, obeys by launch, never starts a second copy.
///
/// ```
/// absent ─spawn─► held ─► running ─► exited ─spawn─► held …        retire, or its own death ─► absent
/// ```
package struct SimulatedKeeper: Sendable {
    package var phase: ProcessReport.Phase = .absent
    package var launch: UInt64 = 0
    /// Whether the program answers: warmed up, and not hung.
    package var isReady = false
    package var isHung = false
    package var isStopping = false
    /// When the program was let go.
    var startedAt: Instant = .zero
    /// When the last report arrives, so that a later one never overtakes it.
    var lastReport: Instant = .zero

    package var pid: Int32? {
        switch phase {
        case .held(let pid), .running(let pid): pid
        case .absent, .exited: nil
        }
    }

    var isHeld: Bool { if case .held = phase { true } else { false } }
    package var isRunning: Bool { if case .running = phase { true } else { false } }

    mutating func hold(_ pid: Int32, launch: UInt64) {
        self.launch = launch
        phase = .held(pid: pid)
        isReady = false
        isHung = false
        isStopping = false
    }

    mutating func end(_ reason: ProcessExit.Reason, at moment: Moment) {
        phase = .exited(ProcessExit(reason, at: moment))
        isReady = false
        isStopping = false
    }
}
