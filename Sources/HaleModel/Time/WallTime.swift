/// A point in civil time: nanoseconds since 1970-01-01T00:00:00Z. It may step; no duration is measured with it.
public struct WallTime: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let epoch = WallTime(nanoseconds: 0)

    public static func < (a: WallTime, b: WallTime) -> Bool { a.nanoseconds < b.nanoseconds }
    public static func + (at: WallTime, span: TimeSpan) -> WallTime {
        WallTime(nanoseconds: at.nanoseconds + span.nanoseconds)
    }
    public static func - (at: WallTime, span: TimeSpan) -> WallTime {
        WallTime(nanoseconds: at.nanoseconds - span.nanoseconds)
    }
    public static func - (later: WallTime, earlier: WallTime) -> TimeSpan {
        TimeSpan(nanoseconds: later.nanoseconds - earlier.nanoseconds)
    }
}

extension WallTime: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-03-01T14:02:31.250Z`.
    public var description: String {
        let milliseconds = nanoseconds.flooredDivision(by: 1_000_000)
        let seconds = milliseconds.flooredDivision(by: 1_000)
        let days = seconds.flooredDivision(by: 86_400)
        let second = seconds - days * 86_400
        let (year, month, day) = Self.civil(fromDays: days)
        func pad(_ value: Int64, _ width: Int) -> String { String(value, width: width) }
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T"
            + "\(pad(second / 3_600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
            + ".\(pad(milliseconds - seconds * 1_000, 3))Z"
    }

    /// Days since the epoch to a date of the proleptic Gregorian calendar, counted in eras of 400 years that begin in
    /// March, so that the leap day comes last (Hinnant, "chrono-compatible low-level date algorithms").
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension WallTime: Codable {
    public init(from decoder: any Decoder) throws {
        nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
