public import HaleModel

/// How long to wait before attempt *n*: nothing before the first, then `base × factorⁿ`, capped and jittered.
///
/// ```swift
/// var backoff = BackoffStateMachine(.init(base: .seconds(5)))
/// backoff.next(using: &random)    // 0 s: the first attempt is immediate
/// backoff.next(using: &random)    // 5 s ± 16 %
/// backoff.next(using: &random)    // 10 s ± 16 %
/// ```
public struct BackoffStateMachine: Hashable, Sendable, Codable {
    public struct Configuration: Hashable, Sendable, Codable {
        /// The wait before the second attempt. Default 5 s.
        public var base: TimeSpan
        /// What each further wait is multiplied by. Default 2.
        public var factor: Double
        /// The longest wait, before jitter. Default 5 min.
        public var max: TimeSpan
        /// Each wait is drawn from ± this part of itself, 0…1. Default 0.16.
        public var jitter: Double

        public init(
            base: TimeSpan = .seconds(5), factor: Double = 2, max: TimeSpan = .minutes(5), jitter: Double = 0.16
        ) {
            self.base = base
            self.factor = factor
            self.max = max
            self.jitter = jitter
        }
    }

    public var configuration: Configuration
    /// Attempts handed out since the last reset.
    public private(set) var attempts: Int

    public init(_ configuration: Configuration, attempts: Int = 0) {
        self.configuration = configuration
        self.attempts = attempts
    }

    /// Counts one attempt and says how long to wait before it.
    public mutating func next(using random: inout SeededGenerator) -> TimeSpan {
        defer { attempts += 1 }
        guard attempts > 0 else { return .zero }
        return random.jittered(plainWait(beforeAttempt: attempts + 1), by: configuration.jitter)
    }

    /// The wait before the given attempt (counted from 1), without jitter.
    public func plainWait(beforeAttempt attempt: Int) -> TimeSpan {
        guard attempt > 1 else { return .zero }
        var wait = configuration.base
        for _ in 2..<Swift.max(attempt, 2) where wait < configuration.max {
            wait = wait.scaled(by: configuration.factor)
        }
        return min(wait, configuration.max)
    }

    public mutating func reset() { attempts = 0 }
}
