internal import HaleEngine
internal import HaleModel

extension ScalarKind<Int> {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        .init("a whole number from \(words(range))", show: { .number(Double($0)) }) { text throws(Mismatch) in
            guard let value = Int(text) else { throw Mismatch("'\(text)' is not a whole number from \(words(range))") }
            guard range.contains(value) else { throw Mismatch("\(value) is out of range; expected \(words(range))") }
            return value
        }
    }

    private static func words(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }

    /// Bytes, as `64KiB`, `10MiB` or `1GB`.
    static func size(_ range: ClosedRange<Int>) -> Self {
        .init("a size such as 10MiB", show: { .string(sizeText($0)) }) { text throws(Mismatch) in
            let bytes = try parseSize(text)
            guard range.contains(bytes) else {
                throw Mismatch(
                    "\(text) is out of range; expected \(sizeText(range.lowerBound)) to \(sizeText(range.upperBound))")
            }
            return bytes
        }
    }

    private static let sizeUnits: [(suffix: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("KB", 1_000), ("B", 1),
    ]

    static func parseSize(_ text: String) throws(Mismatch) -> Int {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = text.dropFirst(number.count)
        if suffix.isEmpty, !number.isEmpty {
            throw Mismatch("'\(text)' has no unit", hint: "write \(text)B, \(text)KiB or \(text)MiB")
        }
        guard let value = Double(number), let unit = sizeUnits.first(where: { $0.suffix == suffix }),
            value * Double(unit.bytes) < 0x1p62
        else { throw Mismatch("'\(text)' is not a size", hint: "write it like 64KiB, 10MiB or 1GB") }
        return Int(value * Double(unit.bytes))
    }

    private static func sizeText(_ bytes: Int) -> String {
        for unit in sizeUnits where bytes >= unit.bytes && bytes % unit.bytes == 0 {
            return "\(bytes / unit.bytes)\(unit.suffix)"
        }
        return "\(bytes)B"
    }
}

extension ScalarKind<Double> {
    static func number(_ range: ClosedRange<Double>) -> Self {
        let words = "\(plain(range.lowerBound)) to \(plain(range.upperBound))"
        return .init("a number from \(words)", show: { .number($0) }) { text throws(Mismatch) in
            guard text.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }), let value = Double(text) else {
                throw Mismatch("'\(text)' is not a number from \(words)")
            }
            guard range.contains(value) else { throw Mismatch("\(text) is out of range; expected \(words)") }
            return value
        }
    }

    /// A part of a whole, as `5%` or `0.05`.
    static let share = ScalarKind("a share such as 5%", show: { .string("\(plain(($0 * 1e6).rounded() / 1e4))%") }) {
        text throws(Mismatch) in
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? String(text.dropLast()) : text
        guard !digits.isEmpty, digits.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }), let number = Double(digits)
        else { throw Mismatch("'\(text.escaped)' is not a share", hint: "write it like 5% or 0.05") }
        let value = isPercent ? number / 100 : number
        guard (0...1).contains(value) else { throw Mismatch("\(text) is out of range; expected 0% to 100%") }
        return value
    }

    private static func plain(_ value: Double) -> String { Int(exactly: value).map { String($0) } ?? String(value) }
}

extension ScalarKind<TimeSpan> {
    static func duration(_ range: ClosedRange<TimeSpan>) -> Self {
        .init("a duration such as 10s", show: { .string($0.description) }) { text throws(Mismatch) in
            guard let span = TimeSpan(text) else {
                if Double(text) != nil, !text.isEmpty {
                    throw Mismatch("'\(text)' has no unit", hint: "write \(text)s, \(text)ms or \(text)m")
                }
                throw Mismatch("'\(text)' is not a duration", hint: "write it like 250ms, 10s, 5m, 1h30m or 2d")
            }
            guard range.contains(span) else {
                throw Mismatch("\(text) is out of range; expected \(range.lowerBound) to \(range.upperBound)")
            }
            return span
        }
    }
}

extension ScalarKind<TimeSpan> {
    /// A step of a clock, forward or back.
    static let step = ScalarKind("a duration such as 30m or -30m", show: { .string($0.description) }) {
        text throws(Mismatch) in
        let plain = ScalarKind<TimeSpan>.duration(.zero ... .days(366))
        guard text.hasPrefix("-") else { return try plain.parse(text) }
        return .zero - (try plain.parse(String(text.dropFirst())))
    }
}

extension ScalarKind<HealPolicy.Limit> {
    /// So many within a sliding time: `3/h`, `20/15m`.
    static let limit = ScalarKind("a limit such as 3/h", show: { .string("\($0.count)/\($0.window)") }) {
        text throws(Mismatch) in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let window = parts.count == 2 ? TimeSpan(isUnit(parts[1]) ? "1\(parts[1])" : String(parts[1])) : nil
        guard let window, let count = Int(parts[0]) else {
            throw Mismatch("'\(text)' is not a limit", hint: "write it like 3/h or 20/15m, or 'none'")
        }
        guard (1...1_000).contains(count) else {
            throw Mismatch("\(count) is out of range; expected 1 to 1000 attempts", hint: "or 'none' for no limit")
        }
        guard (.seconds(1) ... .days(7)).contains(window) else {
            throw Mismatch("\(parts[1]) is out of range; expected a window of 1s to 7d")
        }
        return HealPolicy.Limit(count: count, window: window)
    }

    private static func isUnit(_ text: Substring) -> Bool { ["s", "m", "h", "d"].contains(text) }
}
