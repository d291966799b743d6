/// One number of a plugin's performance data: `'label'=value[UOM];[warn];[crit];[min];[max]`.
struct PerformanceDatum: Hashable, Sendable {
    var label: String
    /// In seconds, bytes or whatever `unit` says; `nil` where the plugin could not tell (`U`).
    var value: Double?
    /// The base unit: `s`, `B`, `%`, `c` (a counter that only grows), another as it was written, or empty.
    var unit: String
    var warning: ThresholdRange?
    var critical: ThresholdRange?
    var minimum: Double?
    var maximum: Double?
}

/// A range of the plugin guidelines, `[@]start:end`: values outside of it alert, with `@` those inside.
struct ThresholdRange: Hashable, Sendable, CustomStringConvertible {
    var lower: Double
    var upper: Double
    var alertsInside = false

    init?(_ text: some StringProtocol, factor: Double = 1) {
        var rest = text[...]
        if rest.hasPrefix("@") {
            alertsInside = true
            rest = rest.dropFirst()
        }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !rest.isEmpty else { return nil }
        let start = parts.count == 2 ? Self.bound(parts[0], empty: 0, infinite: -.infinity) : 0
        let end = Self.bound(parts[parts.count - 1], empty: .infinity, infinite: nil)
        guard let start, let end, start <= end else { return nil }
        lower = start * factor
        upper = end * factor
    }

    private static func bound(_ text: some StringProtocol, empty: Double, infinite: Double?) -> Double? {
        if text.isEmpty { return empty }
        return text == "~" ? infinite : PerformanceNumber(text).flatMap { $0.unit.isEmpty ? $0.value : nil }
    }

    var description: String {
        let start =
            lower == -.infinity ? "~:" : lower == 0 && upper != .infinity ? "" : "\(PerformanceNumber.text(lower)):"
        return (alertsInside ? "@" : "") + start + (upper == .infinity ? "" : PerformanceNumber.text(upper))
    }
}

/// A number with a unit behind it.
struct PerformanceNumber: Hashable {
    var value: Double
    var unit: String

    /// `nil` when the text does not begin with a finite number. A comma counts as the decimal point, for plugins write it
    /// in some languages.
    init?(_ text: some StringProtocol) {
        let digits = text.utf8.prefix { "0123456789.,+-".utf8.contains($0) }
        var end = digits.endIndex
        // An exponent, where the E begins no unit.
        if let letter = text.utf8[end...].first, letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") {
            let power = text.utf8[text.utf8.index(after: end)...].prefix { "0123456789+-".utf8.contains($0) }
            if power.contains(where: { (0x30...0x39).contains($0) }) { end = power.endIndex }
        }
        guard let value = Double(String(text[..<end].map { $0 == "," ? "." : $0 })), value.isFinite else { return nil }
        self.value = value
        unit = String(text[end...])
    }

    static func text(_ value: Double) -> String { Int64(exactly: value).map { String($0) } ?? String(value) }
}
