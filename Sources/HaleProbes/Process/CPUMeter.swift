import NIOCore

/// Processor use between two readings of the same processes.
struct CPUMeter: Sendable {
    private var taken: NIODeadline?
    private var seconds: [RunningProcess.Identity: Double] = [:]

    /// Percent of one processor since the reading before; `nil` at the first. Processes that began meanwhile count whole,
    /// those that ended not at all.
    mutating func measure(_ processes: [RunningProcess], at now: NIODeadline) -> Double? {
        defer {
            if taken.map({ now > $0 }) ?? true {
                taken = now
                seconds = Dictionary(processes.map { ($0.identity, $0.cpuSeconds) }) { first, _ in first }
            }
        }
        guard let taken, now > taken else { return nil }
        let used = processes.reduce(0) { $0 + max(0, $1.cpuSeconds - (seconds[$1.identity] ?? 0)) }
        return used / (Double((now - taken).nanoseconds) / 1e9) * 100
    }
}
