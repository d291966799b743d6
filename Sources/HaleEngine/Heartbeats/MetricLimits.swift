public import HaleModel

/// Reported metrics beside their limits (S5): never `down`.
struct MetricLimits: Hashable, Codable, Sendable {
    private(set) var values: [String: Double] = [:]

    /// How many metrics of one component are kept.
    static let capacity = 256

    mutating func report(_ metrics: [String: Double]) {
        // Which of too many are kept is not left to the order of a dictionary.
        let isTight = values.count + metrics.count > Self.capacity
        for name in isTight ? metrics.keys.sorted() : Array(metrics.keys) {
            guard let value = metrics[name], value.isFinite else { continue }
            if values[name] != nil || values.count < Self.capacity { values[name] = value }
        }
    }

    mutating func clear() { values.removeAll() }

    /// The worst level of the limited metrics that were reported.
    func level(_ limits: [String: MetricLimit]) -> SourceLevel? {
        limits.lazy.compactMap { name, limit in values[name].map { Self.judge($0, limit).0 } }.max()
    }

    /// The worst of the limited metrics that were reported, with what it says.
    func worst(_ limits: [String: MetricLimit]) -> (level: SourceLevel, cause: Cause)? {
        var worst: (level: SourceLevel, cause: Cause)?
        for name in limits.keys.sorted() {
            guard let limit = limits[name], let value = values[name] else { continue }
            let (level, bound) = Self.judge(value, limit)
            guard worst == nil || level > worst!.level else { continue }
            let text =
                bound.map { "\(name) is \(Self.text(value)), limit \(Self.text($0))" }
                ?? "\(name) is \(Self.text(value))"
            worst = (level, Cause(.s5, text))
        }
        return worst
    }

    private static func judge(_ value: Double, _ limit: MetricLimit) -> (SourceLevel, Double?) {
        if let bound = limit.unhealthy, value > bound { return (.unhealthy, bound) }
        if let bound = limit.degraded, value > bound { return (.degraded, bound) }
        return (.healthy, nil)
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\((value * 1_000).rounded() / 1_000)"
    }
}
