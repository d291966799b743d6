extension TimeSpan: CustomStringConvertible {
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// Reads `250ms`, `10s`, `5m`, `1h`, `2d`, `1.5s`, and sums such as `1h30m`. `nil` for anything else, a bare number
    /// other than 0 included: a unit is always asked for.
    public init?(_ text: String) {
        if text == "0" {
            self = .zero
            return
        }
        var rest = Substring(text)
        var total = TimeSpan.zero
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let value = Double(number), value.isFinite else { return nil }
            rest.removeFirst(number.count)
            let suffix = rest.prefix { $0.isASCII && $0.isLetter }
            guard let unit = Self.units.first(where: { $0.suffix == suffix }) else { return nil }
            rest.removeFirst(suffix.count)
            let part = value * Double(unit.nanoseconds)
            guard part <= Double(TimeSpan.longest.nanoseconds) else { return nil }
            total = total + TimeSpan(nanoseconds: Int64(part.rounded()))
            guard total <= .longest else { return nil }
        }
        self = total
    }

    /// The span as people write it, in at most two units: `0s`, `250ms`, `1.5s`, `5m`, `1h30m`, `2d`.
    public var description: String {
        guard nanoseconds != 0 else { return "0s" }
        if nanoseconds < 0 { return "-" + TimeSpan(nanoseconds: 0 - max(nanoseconds, -.max)).description }
        let first = Self.units.firstIndex { nanoseconds >= $0.nanoseconds } ?? Self.units.count - 1
        let unit = Self.units[first]
        let whole = nanoseconds / unit.nanoseconds
        let remainder = nanoseconds % unit.nanoseconds
        guard remainder != 0, first < Self.units.count - 1 else { return "\(whole)\(unit.suffix)" }
        if unit.nanoseconds <= 1_000_000_000 {  // seconds and below: one decimal
            let tenths = remainder * 10 / unit.nanoseconds
            return tenths == 0 || whole >= 100 ? "\(whole)\(unit.suffix)" : "\(whole).\(tenths)\(unit.suffix)"
        }
        let next = Self.units[first + 1]
        let part = remainder / next.nanoseconds
        return part == 0 ? "\(whole)\(unit.suffix)" : "\(whole)\(unit.suffix)\(part)\(next.suffix)"
    }
}
