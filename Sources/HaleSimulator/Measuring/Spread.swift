public import HaleModel

/// Spans that were measured, such as the times to recovery.
public struct Spread: Hashable, Sendable {
    /// Of more than this many the rest counts for mean and maximum only.
    static let maxKept = 100_000

    public private(set) var count = 0
    public private(set) var longest: TimeSpan = .zero
    private var total: TimeSpan = .zero
    private var kept: [TimeSpan] = []

    public init() {}

    public mutating func add(_ span: TimeSpan) {
        count += 1
        total = total + span
        longest = max(longest, span)
        if kept.count < Self.maxKept { kept.append(span) }
    }

    public mutating func merge(_ other: Spread) {
        count += other.count
        total = total + other.total
        longest = max(longest, other.longest)
        kept += other.kept.prefix(Self.maxKept - kept.count)
    }

    public var mean: TimeSpan? { count == 0 ? nil : total / Int64(count) }

    /// The span that the given share (0…1) of them does not exceed.
    public func percentile(_ share: Double) -> TimeSpan? {
        guard !kept.isEmpty else { return nil }
        let sorted = kept.sorted()
        return sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }
}
