import HaleModel

/// What the processes found mean for what the plan expects.
enum ProcessVerdict {
    static func finding(_ processes: [RunningProcess], cpuPercent: Double?, _ plan: ProcessCheckPlan) -> Finding {
        let bytes = processes.reduce(0) { $0 + $1.residentBytes }
        var finding = verdict(processes.count, bytes, cpuPercent, plan)
        finding.details["pids"] = .array(processes.prefix(16).map { .number(Double($0.identity.pid)) })
        finding.metrics = ["count": Double(processes.count), "memory_mb": Double(bytes) / Double(1 << 20)]
        finding.metrics["cpu_percent"] = cpuPercent
        return finding
    }

    private static func verdict(_ count: Int, _ bytes: Int, _ cpu: Double?, _ plan: ProcessCheckPlan) -> Finding {
        let subject = plan.subject.words
        guard plan.count.contains(count) else {
            let expected = plan.count.words
            return count == 0
                ? .failed(
                    .process, "\(subject) is not running" + (plan.count.lowerBound > 1 ? ", expected \(expected)" : ""))
                : .failed(.process, "\(subject): \(processes(count)), expected \(expected)")
        }
        var excesses: [String] = []
        if let limit = plan.maxMemoryBytes, bytes > limit {
            excesses.append("\(megabytes(bytes)) of memory, more than \(megabytes(limit))")
        }
        if let limit = plan.maxCPUPercent, let cpu, cpu > limit {
            excesses.append("\(percent(cpu)) of a processor, more than \(percent(limit))")
        }
        guard excesses.isEmpty else {
            return .degraded(.limit, "\(subject): \(excesses.joined(separator: "; "))")
        }
        return .good(count == 0 ? "\(subject) is not running" : "\(subject): \(processes(count)), \(megabytes(bytes))")
    }

    private static func processes(_ count: Int) -> String { count == 1 ? "1 process" : "\(count) processes" }
    private static func megabytes(_ bytes: Int) -> String { "\(tenths(Double(bytes) / Double(1 << 20))) MiB" }
    private static func percent(_ value: Double) -> String { "\(tenths(value)) %" }

    private static func tenths(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return Int(exactly: rounded).map { String($0) } ?? String(rounded)
    }
}

extension ProcessCheckPlan.Subject {
    var words: String {
        switch self {
        case .name(let name): quotable(name)
        case .pidFile(let path, nil): "the process of \(quotable(path))"
        case .pidFile(let path, let name?): "\(quotable(name)) of \(quotable(path))"
        }
    }
}

extension ClosedRange<Int> {
    /// "3", "2 to 8", "2 or more"
    fileprivate var words: String {
        if upperBound == .max { return "\(lowerBound) or more" }
        return count == 1 ? "\(lowerBound)" : "\(lowerBound) to \(upperBound)"
    }
}
