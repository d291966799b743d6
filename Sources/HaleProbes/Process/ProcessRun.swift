import HaleModel
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One run of a process check: finds the processes, all on a thread for files.
final class ProcessRun {
    private let run: ProbeRun
    private let check: ProcessCheck
    private let ticket = Ticket()

    init(run: ProbeRun, check: ProcessCheck) {
        self.run = run
        self.check = check
    }

    func start() {
        run.phase = .readingProcesses(ticket)
        let table = run.equipment.processes
        switch check.plan.subject {
        case .name(let name):
            take(table.reading(ticket, on: run.eventLoop)) { [self] reading in
                judge(reading.processes.filter { $0.isCalled(name) }, at: reading.taken)
            }
        case .pidFile(let path, let name):
            take(table.pid(in: path, ticket, on: run.eventLoop)) { [self] content in
                switch content {
                case .pid(let pid): look(for: pid, called: name)
                case .missing: judgeAbsence("there is no pid file \(quotable(path))")
                case .malformed: run.finish(.failed(.process, "\(quotable(path)) holds no process number"))
                case .unreadable(let code):
                    run.finish(
                        .inconclusive(
                            .configuration,
                            "the pid file \(quotable(path)) cannot be read: \(String(cString: strerror(code)))"))
                }
            }
        }
    }

    private func look(for pid: Int32, called name: String?) {
        take(run.equipment.processes.process(pid, ticket, on: run.eventLoop)) { [self] process in
            guard let process else { return judgeAbsence("no process \(pid), of which the pid file speaks") }
            if let name, !process.isCalled(name) {
                return judgeAbsence(
                    "process \(pid), of which the pid file speaks, is \(quoted(process.program ?? process.name)), "
                        + "not \(quoted(name))")
            }
            judge([process], at: .now())
        }
    }

    private func take<T: Sendable>(_ future: EventLoopFuture<T>, then use: @escaping (T) -> Void) {
        future.assumeIsolated().whenComplete { [run] result in
            guard !run.isFinished else { return }
            switch result {
            case .success(let value): use(value)
            case .failure(ProcessSource.Trouble.unsupported):
                run.finish(.inconclusive(.unsupported, "processes are not supported here yet, on Linux only"))
            case .failure(ProcessSource.Trouble.unreadable(let code)):
                run.finish(
                    .inconclusive(.resources, "the processes cannot be read: \(String(cString: strerror(code)))"))
            case .failure(let error): run.finish(.connecting(error))
            }
        }
    }

    private func judge(_ processes: [RunningProcess], at taken: NIODeadline) {
        let cpu = check.cpuPercent(processes, at: taken)
        run.finish(ProcessVerdict.finding(processes, cpuPercent: cpu, check.plan))
    }

    /// No process by the pid file, which is as expected where none may run.
    private func judgeAbsence(_ reason: String) {
        var finding = ProcessVerdict.finding([], cpuPercent: nil, check.plan)
        finding.message = reason
        run.finish(finding)
    }
}
