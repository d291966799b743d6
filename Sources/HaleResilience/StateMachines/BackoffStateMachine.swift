public import HaleModel

/// How long to wait before attempt *n*: nothing before the first, then `base × factorⁿ`, capped and jittered.
///
/// ```swift
/// var random = SeededGenerator(seed: 1)
/// var backoff = BackoffStateMachine(.init(base: .seconds(5)))
/// backoff.next(using: &random)    // 0 s: the first attempt is immediate
/// backoff.next(using: &random)    // 5 s ± 16 %
/// backoff.next(using: &random)    // 10 s ± 16 %
/// ```
public struct BackoffStateMachine: Hashable, Sendable, Codable {
    /// How a wait of `w` is drawn.
    public enum Spread: String, Hashable, Sendable, Codable {
        /// From `w ± jitter × w`.
        case proportional
        /// From `0 ... w`: spreads a crowd of callers best.
        case full
        /// From `w / 2 ... w`.
        case equal
    }

    public struct Configuration: Hashable, Sendable, Codable {
        /// The wait before the second attempt. Default 5 s.
        public var base: TimeSpan
        /// What each further wait is multiplied by. Default 2.
        public var factor: Double
        /// The longest wait, before jitter. Default 5 min.
        public var max: TimeSpan
        /// Each wait is drawn from ± this part of itself, 0…1. Default 0.16.
        public var jitter: Double
        /// Default `proportional`, also when nil.
        public var spread: Spread?

        public init(
            base: TimeSpan = .seconds(5), factor: Double = 2, max: TimeSpan = .minutes(5), jitter: Double = 0.16,
            spread: Spread? = nil
        ) {
            self.base = base
            self.factor = factor
            self.max = max
            self.jitter = jitter
            self.spread = spread
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
        let wait = plainWait(beforeAttempt: attempts + 1)
        switch configuration.spread ?? .proportional {
        case .proportional: return random.jittered(wait, by: configuration.jitter)
        case .full: return wait.scaled(by: random.unit())
        case .equal: return wait.scaled(by: 0.5 + random.unit() / 2)
        }
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
