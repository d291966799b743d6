/// A log-linear histogram of time spans: 96 buckets, four to each doubling from 64 µs to 9 min, so that every
/// percentile is within 25 % of the truth. Mergeable; the same in memory, in records and in metrics.
public struct Histogram: Hashable, Sendable {
    public static let bucketCount = 96
    private static let subBuckets = 4
    private static let smallest: Int64 = 64_000

    private var counts: [UInt32] = []
    public private(set) var total: UInt64 = 0
    public private(set) var sum: TimeSpan = .zero

    public init() {}

    /// The bucket that a span belongs to.
    public static func bucket(of span: TimeSpan) -> Int {
        let units = UInt64(max(span.nanoseconds, 0)) / UInt64(smallest / Int64(subBuckets))
        guard units >= UInt64(subBuckets) else { return Int(units) }
        let exponent = 63 - units.leadingZeroBitCount
        let sub = Int(units >> UInt64(exponent - 2)) & (subBuckets - 1)
        return min((exponent - 1) * subBuckets + sub, bucketCount - 1)
    }

    /// The upper edge of a bucket.
    public static func upperBound(of bucket: Int) -> TimeSpan {
        let unit = smallest / Int64(subBuckets)
        guard bucket >= subBuckets else { return TimeSpan(nanoseconds: Int64(bucket + 1) * unit) }
        let exponent = bucket / subBuckets + 1
        let sub = Int64(bucket % subBuckets)
        return TimeSpan(
            nanoseconds: ((Int64(1) << Int64(exponent)) + (sub + 1) * (Int64(1) << Int64(exponent - 2))) * unit)
    }

    public mutating func record(_ span: TimeSpan) {
        if counts.isEmpty { counts = [UInt32](repeating: 0, count: Self.bucketCount) }
        let bucket = Self.bucket(of: span)
        counts[bucket] = counts[bucket] &+ 1
        total += 1
        sum = sum + span
    }

    public mutating func merge(_ other: Histogram) {
        guard other.total > 0 else { return }
        if counts.isEmpty { counts = [UInt32](repeating: 0, count: Self.bucketCount) }
        for index in counts.indices { counts[index] = counts[index] &+ other.counts[index] }
        total += other.total
        sum = sum + other.sum
    }

    /// How many spans are in this bucket or a lower one.
    public func count(upTo bucket: Int) -> UInt64 {
        counts.isEmpty ? 0 : counts[...min(bucket, Self.bucketCount - 1)].reduce(0) { $0 + UInt64($1) }
    }

    public var mean: TimeSpan? { total == 0 ? nil : sum / Int64(total) }

    /// The span that the given share (0…1) of all recorded spans does not exceed, by its bucket's upper edge.
    public func percentile(_ share: Double) -> TimeSpan? {
        guard total > 0 else { return nil }
        let wanted = max(1, UInt64((share * Double(total)).rounded(.up)))
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() {
            seen += UInt64(count)
            if seen >= wanted { return Self.upperBound(of: bucket) }
        }
        return Self.upperBound(of: Self.bucketCount - 1)
    }
}

extension Histogram: Codable {
    private enum Key: String, CodingKey { case counts, sum }

    /// Only the buckets that hold something are written, as pairs.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let pairs = try container.decode([UInt32].self, forKey: .counts)
        sum = try container.decode(TimeSpan.self, forKey: .sum)
        guard !pairs.isEmpty else { return }
        counts = [UInt32](repeating: 0, count: Self.bucketCount)
        for index in stride(from: 0, to: pairs.count - 1, by: 2) where Int(pairs[index]) < Self.bucketCount {
            counts[Int(pairs[index])] = pairs[index + 1]
            total += UInt64(pairs[index + 1])
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        var pairs: [UInt32] = []
        for (bucket, count) in counts.enumerated() where count > 0 { pairs += [UInt32(bucket), count] }
        try container.encode(pairs, forKey: .counts)
        try container.encode(sum, forKey: .sum)
    }
}
