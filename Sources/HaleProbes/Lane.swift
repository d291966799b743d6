import HaleModel
import NIOCore

/// One event loop and the runs under way on it.
struct Lane: Sendable {
    let eventLoop: any EventLoop
    private let runs: NIOLoopBoundBox<[ObjectIdentifier: ProbeRun]>

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        runs = .makeBoxSendingValue([:], eventLoop: eventLoop)
    }

    /// Begins a check within a run. On the event loop.
    func start(_ run: ProbeRun, _ check: PreparedCheck, _ then: @escaping (HealthCheckResult) -> Void) {
        let id = ObjectIdentifier(run)
        runs.value[id] = run
        run.start(check.begin) { result in
            runs.value[id] = nil
            then(result)
        }
    }

    /// Ends all runs; each has its result when this returns.
    func cancelAll() async {
        try? await eventLoop.submit { for run in runs.value.values { run.cancel() } }.get()
    }
}
