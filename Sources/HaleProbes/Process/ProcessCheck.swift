import HaleModel
import NIOCore
import Synchronization

/// A process plan made ready.
final class ProcessCheck: Sendable {
    let plan: ProcessCheckPlan
    private let meter = Mutex(CPUMeter())

    init(_ plan: ProcessCheckPlan) throws(PlanError) {
        switch plan.subject {
        case .name(""): throw PlanError("the name of the process is empty")
        case .pidFile("", _): throw PlanError("the path of the pid file is empty")
        case .name, .pidFile: break
        }
        self.plan = plan
    }

    func cpuPercent(_ processes: [RunningProcess], at now: NIODeadline) -> Double? {
        meter.withLock { $0.measure(processes, at: now) }
    }
}
