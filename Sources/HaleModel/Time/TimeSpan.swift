/// A length of time in whole nanoseconds, as the engine counts it.
///
/// A 64-bit count (±292 years) rather than `Duration`, because the engine adds and compares spans on every check.
///
/// ```swift
/// let pause: TimeSpan = .seconds(5)
/// pause * 2 == .milliseconds(10_000)
/// ```
public struct TimeSpan: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let zero = TimeSpan(nanoseconds: 0)
    public static func nanoseconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count) }
    public static func microseconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count * 1_000) }
    public static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count * 1_000_000) }
    public static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(nanoseconds: count * 1_000_000_000) }
    public static func minutes(_ count: Int64) -> TimeSpan { .seconds(count * 60) }
    public static func hours(_ count: Int64) -> TimeSpan { .seconds(count * 3_600) }
    public static func days(_ count: Int64) -> TimeSpan { .seconds(count * 86_400) }

    /// The longest span that configuration may name: 100 years.
    public static let longest: TimeSpan = .days(36_525)

    public var seconds: Double { Double(nanoseconds) / 1e9 }
    public var milliseconds: Double { Double(nanoseconds) / 1e6 }

    public init(seconds: Double) {
        self.init(nanoseconds: Int64((seconds * 1e9).rounded().clamped(to: -9.2e18...9.2e18)))
    }

    public static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.nanoseconds < b.nanoseconds }
    public static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan { TimeSpan(nanoseconds: a.nanoseconds + b.nanoseconds) }
    public static func - (a: TimeSpan, b: TimeSpan) -> TimeSpan { TimeSpan(nanoseconds: a.nanoseconds - b.nanoseconds) }
    public static func * (a: TimeSpan, factor: Int64) -> TimeSpan { TimeSpan(nanoseconds: a.nanoseconds * factor) }
    public static func / (a: TimeSpan, divisor: Int64) -> TimeSpan { TimeSpan(nanoseconds: a.nanoseconds / divisor) }

    /// The span times a factor, held within ±`longest`, so that a large factor never overflows.
    public func scaled(by factor: Double) -> TimeSpan {
        let limit = Double(TimeSpan.longest.nanoseconds)
        return TimeSpan(nanoseconds: Int64((Double(nanoseconds) * factor).clamped(to: -limit...limit)))
    }
}

extension TimeSpan {
    /// The standard library's `Duration`, for everything outside the engine.
    public var duration: Duration { .nanoseconds(nanoseconds) }

    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

extension TimeSpan: Codable {
    public init(from decoder: any Decoder) throws {
        nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }
}

extension Comparable {
    /// The nearest value within the range.
    package func clamped(to range: ClosedRange<Self>) -> Self {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
