public import HaleModel

/// How long answers take: half of them up to the median, 99 of 100 up to `p99`, the rest up to twice that.
public struct Latency: Hashable, Sendable {
    public var median: TimeSpan
    public var p99: TimeSpan

    /// - Parameter p99: never less than the median. Default: four times the median.
    public init(median: TimeSpan, p99: TimeSpan? = nil) {
        self.median = median
        self.p99 = max(median, p99 ?? median * 4)
    }

    func draw(_ random: inout SeededGenerator) -> TimeSpan {
        let share = random.unit()
        if share < 0.5 { return median.scaled(by: 0.5 + share) }
        guard share < 0.99 else { return p99.scaled(by: 1 + (share - 0.99) * 100) }
        let part = (share - 0.5) / 0.49
        return median + (p99 - median).scaled(by: part * part * part)
    }
}
