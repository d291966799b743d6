public import HaleModel
public import HaleResilience

/// The share of failed operations over a sliding window (S4, S7), and their latency (S5).
public struct ErrorRateState: Hashable, Codable, Sendable {
    private struct Share: Hashable, Codable {
        var rate: Double
        var at: Instant
    }

    private struct Latency: Hashable, Codable {
        var span: TimeSpan
        var at: Instant
    }

    private var window: OutcomeWindow
    /// A share that the component reported itself.
    private var reported: Share?
    private var critical: Instant?
    private var latency: Latency?

    init(_ policy: ErrorRatePolicy) { window = OutcomeWindow(.time(policy.window)) }

    mutating func record(_ counts: OperationCounts, at now: Instant) {
        window.record(calls: counts.succeeded + counts.failed, failures: counts.failed, at: now)
        if counts.hasCritical { critical = now }
        if let span = counts.latency { latency = Latency(span: span, at: now) }
    }

    mutating func report(rate: Double, at now: Instant) { reported = Share(rate: rate, at: now) }

    /// Drops what is older than the window.
    mutating func forget(_ policy: ErrorRatePolicy, at now: Instant) {
        window.forget(before: now)
        if let last = reported?.at, now - last >= policy.window { reported = nil }
        if let last = critical, now - last >= policy.window { critical = nil }
        if let last = latency?.at, now - last >= policy.window { latency = nil }
    }

    /// Whether anything is left that time will change.
    var isLive: Bool { window.counts.calls > 0 || reported != nil || critical != nil || latency != nil }

    /// The share that counts, where one is known.
    func rate(_ policy: ErrorRatePolicy) -> Double? {
        guard window.counts.calls >= policy.minimum else { return reported?.rate }
        let counted = Double(window.counts.failures) / Double(window.counts.calls)
        return reported.map { max(counted, $0.rate) } ?? counted
    }

    func level(_ policy: ErrorRatePolicy) -> SourceLevel {
        if critical != nil { return .down }
        var level = SourceLevel.unknown
        if let rate = rate(policy) {
            level =
                rate > policy.down
                ? .down : rate >= policy.unhealthy ? .unhealthy : rate >= policy.degraded ? .degraded : .healthy
        }
        if let slow = policy.slow, let latency { level = max(level, latency.span > slow ? .degraded : .healthy) }
        return level
    }

    func cause(_ policy: ErrorRatePolicy, _ origin: OperationCounts.Origin) -> Cause {
        let rule: Rule = origin == .traffic ? .s7 : .s4
        if critical != nil { return Cause(rule, "\(origin.rawValue): a critical error within \(policy.window)") }
        if let slow = policy.slow, let latency, latency.span > slow, (rate(policy) ?? 0) < policy.degraded {
            return Cause(.s5, "\(origin.rawValue): slow, \(latency.span), limit \(slow)")
        }
        guard let rate = rate(policy) else { return Cause(rule, "\(origin.rawValue): too few operations to say") }
        return Cause(rule, "\(origin.rawValue): \(Self.percent(rate)) failed within \(policy.window)")
    }

    private static func percent(_ rate: Double) -> String {
        let tenths = Int((rate * 1_000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
