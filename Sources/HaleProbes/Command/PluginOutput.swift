import HaleModel

/// What a plugin wrote: a line of text, more text, and performance data behind the bars.
///
/// ```
/// DISK OK - free space: / 76 GiB | /=20GB;80;90;0;100
/// More text | /home=12GB
/// /var=3GB
/// ```
struct PluginOutput: Hashable, Sendable {
    /// Bytes of output that are read; the rest is dropped.
    static let maxBytes = 64 << 10
    private static let maxLongText = 2_048
    /// Numbers whose scales are told.
    private static let maxScales = 16

    /// The first line, without its performance data.
    var message: String
    /// Further lines, bounded.
    var longText: String
    var performance: [PerformanceDatum]

    init(_ bytes: some Collection<UInt8>) {
        let isCut = bytes.count > Self.maxBytes
        let text = String(decoding: bytes.prefix(Self.maxBytes), as: UTF8.self)
        var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }[...]
        // Blank lines before the first text say nothing.
        lines = lines.drop { $0.allSatisfy(\.isWhitespace) }
        let (first, firstData) = Self.divide(lines.first ?? "")
        message = String(first).trimmed
        var data = [firstData]
        var long: [Substring] = []
        var isData = false
        for line in lines.dropFirst() {
            if isData {
                data.append(line)
                continue
            }
            let (text, lineData) = Self.divide(line)
            long.append(text)
            isData = text.endIndex < line.endIndex
            if isData { data.append(lineData) }
        }
        // A number that the end of the buffer cut would be another number.
        if isCut, let last = data.indices.last { data[last] = Self.withoutLastWord(data[last]) }
        longText = quotableLines(long.joined(separator: "\n").trimmed, limit: Self.maxLongText)
        performance = PerformanceData.read(data.joined(separator: " "))
    }

    private static func divide(_ line: Substring) -> (text: Substring, data: Substring) {
        guard let bar = line.firstIndex(of: "|") else { return (line, "") }
        return (line[..<bar], line[line.index(after: bar)...])
    }

    private static func withoutLastWord(_ text: Substring) -> Substring {
        text.lastIndex(of: " ").map { text[..<$0] } ?? ""
    }

    /// The numbers by label; of two with one label the last.
    var metrics: [String: Double] {
        var metrics: [String: Double] = [:]
        for datum in performance {
            guard let value = datum.value, CheckMetrics.accepts(datum.label, value) else { continue }
            metrics[datum.label] = value
        }
        return metrics
    }

    /// What the numbers are measured in and measured against, where the plugin says so.
    var scales: JSONValue? {
        var scales: [String: JSONValue] = [:]
        for datum in performance.prefix(Self.maxScales) where datum.label.utf8.count <= CheckMetrics.maxLabelBytes {
            var scale: [String: JSONValue] = [:]
            if !datum.unit.isEmpty { scale["unit"] = .string(quotable(datum.unit)) }
            scale["warning"] = datum.warning.map { .string($0.description) }
            scale["critical"] = datum.critical.map { .string($0.description) }
            scale["min"] = datum.minimum.map { .number($0) }
            scale["max"] = datum.maximum.map { .number($0) }
            if !scale.isEmpty { scales[datum.label] = .object(scale) }
        }
        return scales.isEmpty ? nil : .object(scales)
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}
