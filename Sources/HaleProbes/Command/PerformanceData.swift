/// Reads performance data: a list of numbers separated by blanks, as the monitoring-plugins guidelines have it.
///
/// What is none is left out, and the rest is read all the same.
struct PerformanceData {
    static let limit = 64

    private var rest: Substring.UTF8View

    static func read(_ text: some StringProtocol) -> [PerformanceDatum] {
        let text = String(text)
        var reader = PerformanceData(rest: text[...].utf8)
        var data: [PerformanceDatum] = []
        while data.count < limit, let item = reader.next() {
            if let datum = datum(item) { data.append(datum) }
        }
        return data
    }

    private struct Item {
        var label: String
        var fields: [Substring]
    }

    private mutating func next() -> Item? {
        while true {
            rest = rest.drop(while: Self.isBlank)
            guard let first = rest.first else { return nil }
            guard let label = first == UInt8(ascii: "'") ? quotedLabel() : plainLabel() else { continue }
            let value = rest.prefix { !Self.isBlank($0) }
            rest = rest[value.endIndex...]
            return Item(
                label: label, fields: Substring(value).split(separator: ";", omittingEmptySubsequences: false))
        }
    }

    /// A label without quotes, its `=` read along; `nil` when a word without `=` was skipped.
    private mutating func plainLabel() -> String? {
        let word = rest.prefix { !Self.isBlank($0) && $0 != UInt8(ascii: "=") }
        rest = rest[word.endIndex...]
        guard rest.first == UInt8(ascii: "=") else { return nil }
        rest = rest.dropFirst()
        return String(Substring(word))
    }

    /// A label in quotes, in which two quotes are one; `nil` when a word that is no label was skipped.
    private mutating func quotedLabel() -> String? {
        var label: [UInt8] = []
        var position = rest.dropFirst()
        while let byte = position.first {
            position = position.dropFirst()
            if byte == UInt8(ascii: "'") {
                guard position.first == UInt8(ascii: "'") else {
                    guard position.first == UInt8(ascii: "=") else { break }
                    rest = position.dropFirst()
                    return String(decoding: label, as: UTF8.self)
                }
                position = position.dropFirst()
            }
            label.append(byte)
        }
        rest = rest.drop { !Self.isBlank($0) }
        return nil
    }

    /// A further bar divides as a blank does.
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte) || byte == UInt8(ascii: "|")
    }

    /// What has digits in it is no unit but text that ran into the number.
    private static func isUnit(_ text: String) -> Bool {
        text.utf8.count <= 16 && !text.utf8.contains { (0x30...0x39).contains($0) }
    }

    private static func datum(_ item: Item) -> PerformanceDatum? {
        guard let first = item.fields.first, !item.label.isEmpty else { return nil }
        func field(_ index: Int) -> Substring { index < item.fields.count ? item.fields[index] : "" }
        if first == "U" { return PerformanceDatum(label: item.label, value: nil, unit: "") }
        guard let number = PerformanceNumber(first), isUnit(number.unit) else { return nil }
        let (unit, factor) = PerformanceUnit.base(of: number.unit)
        func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
        func bound(_ text: Substring) -> Double? { PerformanceNumber(text).flatMap { finite($0.value * factor) } }
        return PerformanceDatum(
            label: item.label, value: finite(number.value * factor), unit: unit,
            warning: ThresholdRange(field(1), factor: factor), critical: ThresholdRange(field(2), factor: factor),
            minimum: bound(field(3)), maximum: bound(field(4)))
    }
}
