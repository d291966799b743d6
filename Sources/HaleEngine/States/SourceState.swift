public import HaleModel

/// What one source says of its component, and the counters behind it: rules S1, S2 and C2.
///
/// ```
/// unknown ─► starting ─► healthy ◄─► degraded ◄─► unhealthy ─► down ─► recovering ─► healthy
///                └──────────────────────────────────────────►  ▲ └───────────┘ (a failure while recovering)
/// ```
public struct SourceState: Hashable, Codable, Sendable {
    /// How many results in a row move a source.
    public struct Thresholds: Hashable, Codable, Sendable {
        /// Failures to `down`. Default 3.
        public var failures: Int
        /// Successes from `down` to `healthy`. Default 2.
        public var recoveries: Int

        public init(failures: Int = 3, recoveries: Int = 2) {
            self.failures = failures
            self.recoveries = recoveries
        }
    }

    public internal(set) var level: SourceLevel = .unknown
    public internal(set) var failures = 0
    public internal(set) var successes = 0
    /// Whether the present start period follows a loss of health, so that S2 applies at its end.
    public internal(set) var startsAfterDown = false
    /// Results in the start period that said nothing.
    private var inconclusive = 0
    public internal(set) var rule: Rule = .c2

    public init() {}

    /// A start period begins (C2): counters begin at zero.
    ///
    /// - Parameters:
    ///   - afterRemedy: whether S2 applies at its end, whatever the source had noticed.
    ///   - lasts: `false` where the period is of no length: then S1 counts from the first result, and after a remedy the
    ///     first result decides.
    package mutating func begin(afterRemedy: Bool = false, lasts: Bool = true) {
        startsAfterDown =
            afterRemedy || level == .down || level == .recovering || (level == .starting && startsAfterDown)
        level = lasts || startsAfterDown ? .starting : .unknown
        rule = .c2
        failures = 0
        successes = 0
        inconclusive = 0
    }

    /// Whether a result came in since the start period began.
    var hasHeard: Bool { failures + successes + inconclusive > 0 }

    /// The start period is over without a good result (C2). Where every result was inconclusive nothing is known.
    package mutating func startPeriodEnded() {
        guard level == .starting else { return }
        level = failures == 0 && inconclusive > 0 ? .unknown : .down
        rule = .c2
        failures = 0
        successes = 0
    }

    /// Whether a result would be the loss of a source that is not lost yet.
    func wouldLose(_ verdict: Verdict, _ thresholds: Thresholds) -> Bool {
        guard verdict == .failed, level != .down, level != .starting else { return false }
        return level == .recovering || failures + 1 >= thresholds.failures
    }

    /// Lost by something other than its own results.
    mutating func lose() {
        level = .down
        successes = 0
    }

    /// The start period is over, and what follows is for somebody else to say.
    mutating func startPeriodOver() {
        level = startsAfterDown ? .down : .unknown
        failures = 0
        successes = 0
    }

    package mutating func apply(_ verdict: Verdict, _ thresholds: Thresholds) {
        switch verdict {
        case .inconclusive: if level == .starting { inconclusive += 1 }
        case .failed: applyFailure(thresholds)
        case .good: applySuccess(.healthy, thresholds)
        case .degraded: applySuccess(.degraded, thresholds)
        }
    }

    private mutating func applyFailure(_ thresholds: Thresholds) {
        failures += 1
        successes = 0
        switch level {
        case .starting, .down: return
        case .recovering:
            level = .down
            rule = .s2
        case .unknown, .healthy, .degraded, .unhealthy:
            level = failures >= thresholds.failures ? .down : failures == 1 ? .degraded : .unhealthy
            rule = .s1
        }
    }

    private mutating func applySuccess(_ reached: SourceLevel, _ thresholds: Thresholds) {
        successes += 1
        failures = 0
        let wasDown = level == .down || level == .recovering || (level == .starting && startsAfterDown)
        startsAfterDown = false
        level = wasDown && successes < thresholds.recoveries ? .recovering : reached
        rule = .s2
    }
}
