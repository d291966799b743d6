/// The outcomes of the last 20 checks, one bit each.
public struct RecentOutcomes: Hashable, Sendable, Codable {
    public static let capacity = 20
    private var bits: UInt32 = 0
    public private(set) var count = 0

    public init() {}

    public mutating func record(success: Bool) {
        bits = (bits << 1 | (success ? 1 : 0)) & (1 << UInt32(Self.capacity) - 1)
        count = min(count + 1, Self.capacity)
    }

    public var successes: Int { bits.nonzeroBitCount }

    /// Successes ÷ outcomes; `nil` before the first.
    public var successRate: Double? { count == 0 ? nil : Double(successes) / Double(count) }

    /// Oldest first.
    public var outcomes: [Bool] {
        (0..<count).reversed().map { bits >> UInt32($0) & 1 == 1 }
    }
}
