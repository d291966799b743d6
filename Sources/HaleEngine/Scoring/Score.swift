public import HaleModel

/// The system's score and level from its parts.
///
/// 40 availability, 25 circuit health, 20 error rate, 15 recovery; the weight of a part without data is shared by the
/// others.
public enum Score {
    public static func score(_ parts: ScoreParts) -> Double? {
        let weighted: [(Double?, Double)] = [
            (parts.availability, 40), (parts.circuits, 25), (parts.errors, 20), (parts.recovery, 15),
        ]
        let known = weighted.compactMap { part in part.0.map { ($0, part.1) } }
        let weight = known.reduce(0) { $0 + $1.1 }
        guard weight > 0 else { return nil }
        return known.reduce(0) { $0 + $1.0 * $1.1 } / weight * 100
    }

    /// `level(x)` of the four-step ladder.
    public static func level(_ value: Double) -> HealthStatus {
        value >= 90 ? .healthy : value >= 70 ? .degraded : value >= 40 ? .unhealthy : .critical
    }

    /// The worse of the score's level and availability's; with anything lost at best degraded, with a vital one unhealthy.
    public static func level(_ parts: ScoreParts, lost: Int, vitalLost: Int) -> HealthStatus? {
        guard let availability = parts.availability, let score = score(parts) else { return nil }
        var level = max(self.level(score), self.level(100 * availability))
        if lost > 0 { level = max(level, .degraded) }
        if vitalLost > 0 { level = max(level, .unhealthy) }
        return level
    }
}
