/// Where healing of one component stands.
public struct HealView: Hashable, Sendable {
    public enum Phase: String, Hashable, Sendable {
        case idle
        case waiting
        case acting
        case proving
        case gaveUp = "gave_up"
    }

    public var phase: Phase
    public var attempts: Int
    public var retries: Int
    public var rung: Int
    public var rungs: Int
    public var nextAttempt: WallTime?
    /// Why it waits.
    public var waitsBy: Cause?
    public var suppressed: SuppressionReason?
    /// Off, only a person heals it.
    public var isAutomatic: Bool

    public init(
        phase: Phase, attempts: Int, retries: Int, rung: Int, rungs: Int, nextAttempt: WallTime?, waitsBy: Cause?,
        suppressed: SuppressionReason?, isAutomatic: Bool = true
    ) {
        self.phase = phase
        self.attempts = attempts
        self.retries = retries
        self.rung = rung
        self.rungs = rungs
        self.nextAttempt = nextAttempt
        self.waitsBy = waitsBy
        self.suppressed = suppressed
        self.isAutomatic = isAutomatic
    }
}
