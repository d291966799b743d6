extension Heartbeat {
    /// Numbers of one beat.
    public static let maxMetrics = 64
    public static let maxMessageBytes = 1_024

    /// What is out of bounds; `nil` where nothing is.
    public var problem: String? {
        if metrics.count > Self.maxMetrics { return "\(metrics.count) metrics, expected at most \(Self.maxMetrics)" }
        for (name, value) in metrics.sorted(by: { $0.key < $1.key }) where !CheckMetrics.accepts(name, value) {
            return
                "the metric '\(name.prefix(40))': expected a name of 1 to \(CheckMetrics.maxLabelBytes) bytes and a number"
        }
        if let rate = metrics["error_rate"], !(0...1).contains(rate) {
            return "error_rate is \(rate), expected a fraction from 0 to 1"
        }
        if let progress, !progress.isFinite { return "progress: expected a number" }
        if let message, message.utf8.count > Self.maxMessageBytes {
            return "a message of \(message.utf8.count) bytes, expected at most \(Self.maxMessageBytes)"
        }
        return nil
    }
}
