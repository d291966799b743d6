import HaleModel

/// Metrics as text: Prometheus' format, or OpenMetrics, which differ in a few words.
struct MetricsText {
    enum Format: Sendable {
        case prometheus
        case openMetrics

        /// What the client wants, by its `Accept`.
        init(accept: String?) {
            self = accept?.contains("application/openmetrics-text") == true ? .openMetrics : .prometheus
        }

        var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    typealias Labels = KeyValuePairs<String, String>

    private let format: Format
    private var text = ""

    init(_ format: Format) { self.format = format }

    /// The whole document.
    var finished: String { format == .openMetrics ? text + "# EOF\n" : text }

    mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
        head(name, "gauge", help, samples.isEmpty)
        for sample in samples { line(name, sample.labels, sample.value) }
    }

    /// - Parameter name: without `_total`.
    mutating func counter(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Double)]) {
        head(format == .openMetrics ? name : name + "_total", "counter", help, samples.isEmpty)
        for sample in samples { line(name + "_total", sample.labels, sample.value) }
    }

    mutating func histogram(_ name: String, _ help: String, _ samples: [(labels: Labels, value: Histogram)]) {
        head(name, "histogram", help, samples.isEmpty)
        for (labels, histogram) in samples {
            for bucket in Self.buckets {
                let bound = Self.number(Histogram.upperBound(of: bucket).seconds)
                line(name + "_bucket", labels, Double(histogram.count(upTo: bucket)), bound: bound)
            }
            line(name + "_bucket", labels, Double(histogram.total), bound: "+Inf")
            line(name + "_sum", labels, histogram.sum.seconds)
            line(name + "_count", labels, Double(histogram.total))
        }
    }

    /// One bound to each doubling from half a millisecond to half a minute: enough for a percentile, few enough to keep.
    private static let buckets = stride(from: 15, through: 83, by: 4)

    private mutating func head(_ name: String, _ type: String, _ help: String, _ isEmpty: Bool) {
        guard !isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(_ name: String, _ labels: Labels, _ value: Double, bound: String? = nil) {
        var pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += name + (pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}") + " \(Self.number(value))\n"
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == 0x0A }) else {
            return text
        }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? String(value)
    }
}
