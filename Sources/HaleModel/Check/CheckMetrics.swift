/// How many numbers a check may bring, and how long their labels may be.
public enum CheckMetrics {
    public static let limit = 64
    public static let maxLabelBytes = 128

    /// Whether a number can be kept: JSON has no infinities, and a label is a short text.
    public static func accepts(_ label: String, _ value: Double) -> Bool {
        value.isFinite && (1...maxLabelBytes).contains(label.utf8.count)
    }

    /// What can be kept of some numbers: of too many the first by label.
    public static func bounded(_ metrics: [String: Double]) -> [String: Double] {
        guard !metrics.isEmpty else { return metrics }
        let kept = metrics.filter { accepts($0.key, $0.value) }
        guard kept.count > limit else { return kept }
        let first = kept.keys.sorted().prefix(limit)
        return kept.filter { $0.key <= first[limit - 1] }
    }
}
