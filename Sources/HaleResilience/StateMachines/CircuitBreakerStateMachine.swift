public import HaleModel

/// The circuit breaker as a value: calls ask to be admitted and report how they ended; time and randomness are given.
///
/// ```
/// closed ──failureThreshold failures in a row──► open ──its pause over, or hinted──► halfOpen
///    ▲                                            ▲                                    │
///    │                                            └────────── a failure ───────────────┤
///    └─────────────────────── successThreshold successes ─────────────────────────────┘
/// ```
///
/// A call that ends without a verdict (ignored error, cancellation) gives its place back and moves nothing, so half-open
/// can't stick. A verdict of a call admitted before the last change of state is not counted.
public struct CircuitBreakerStateMachine: Hashable, Sendable, Codable {
    public struct Configuration: Hashable, Sendable, Codable {
        /// Failures in a row that open the circuit. Default 5.
        public var failureThreshold: Int
        /// Successes while half-open that close it. Default 2.
        public var successThreshold: Int
        /// The pause after opening. Default 60 s.
        public var openDuration: TimeSpan
        /// The pause doubles with each re-opening up to this. Default 2 min.
        public var maxOpenDuration: TimeSpan
        /// Each pause is drawn from ± this part of itself, 0…1. Default 0.
        public var jitter: Double
        /// Calls that may be under way at once while half-open. Default 1.
        public var halfOpenMaxCalls: Int

        public init(
            failureThreshold: Int = 5, successThreshold: Int = 2, openDuration: TimeSpan = .seconds(60),
            maxOpenDuration: TimeSpan = .minutes(2), jitter: Double = 0, halfOpenMaxCalls: Int = 1
        ) {
            self.failureThreshold = failureThreshold
            self.successThreshold = successThreshold
            self.openDuration = openDuration
            self.maxOpenDuration = maxOpenDuration
            self.jitter = jitter
            self.halfOpenMaxCalls = halfOpenMaxCalls
        }
    }

    public enum State: Hashable, Sendable, Codable {
        /// May go to `open`.
        case closed(failures: Int)
        /// May go to `halfOpen`. `openings` counts how often it opened since it was last closed.
        case open(until: Instant, openings: Int)
        /// May go to `open` and `closed`.
        case halfOpen(successes: Int, underWay: Int, openings: Int)
    }

    /// The right to one call, valid until the breaker changes its state.
    public struct Permit: Hashable, Sendable, Codable {
        fileprivate let generation: UInt64
    }

    public enum Admission: Hashable, Sendable {
        case admitted(Permit, Change?)
        /// Not before `until`; while half-open, when a place is given back.
        case rejected(until: Instant)
    }

    public enum Verdict: Hashable, Sendable, Codable {
        case success
        case failure
        case none
    }

    public enum Change: Hashable, Sendable, Codable {
        case opened(until: Instant)
        case halfOpened
        case closed
    }

    public var configuration: Configuration
    public private(set) var state: State = .closed(failures: 0)
    private var generation: UInt64 = 0

    public init(_ configuration: Configuration = .init()) {
        self.configuration = configuration
    }

    /// Asks for one call.
    public mutating func admit(at now: Instant) -> Admission {
        switch state {
        case .closed:
            return .admitted(Permit(generation: generation), nil)
        case .open(let until, let openings):
            guard now >= until else { return .rejected(until: until) }
            let change = enter(.halfOpen(successes: 0, underWay: 1, openings: openings), .halfOpened)
            return .admitted(Permit(generation: generation), change)
        case .halfOpen(let successes, let underWay, let openings):
            guard underWay < configuration.halfOpenMaxCalls else { return .rejected(until: now) }
            state = .halfOpen(successes: successes, underWay: underWay + 1, openings: openings)
            return .admitted(Permit(generation: generation), nil)
        }
    }

    /// Reports how an admitted call ended.
    @discardableResult
    public mutating func report(
        _ verdict: Verdict, for permit: Permit, at now: Instant, using random: inout SeededGenerator
    ) -> Change? {
        guard permit.generation == generation else { return nil }
        switch (state, verdict) {
        case (.closed, .success):
            state = .closed(failures: 0)
        case (.closed(let failures), .failure):
            guard failures + 1 >= configuration.failureThreshold else {
                state = .closed(failures: failures + 1)
                return nil
            }
            return open(times: 1, at: now, using: &random)
        case (.halfOpen(let successes, let underWay, let openings), .success):
            guard successes + 1 < configuration.successThreshold else { return enter(.closed(failures: 0), .closed) }
            state = .halfOpen(successes: successes + 1, underWay: underWay - 1, openings: openings)
        case (.halfOpen(_, _, let openings), .failure):
            return open(times: openings + 1, at: now, using: &random)
        case (.halfOpen(let successes, let underWay, let openings), .none):
            state = .halfOpen(successes: successes, underWay: underWay - 1, openings: openings)
        case (.closed, .none), (.open, _):
            break
        }
        return nil
    }

    /// Ends the pause: there is reason to believe that the other side is back.
    @discardableResult
    public mutating func hint() -> Change? {
        guard case .open(_, let openings) = state else { return nil }
        return enter(.halfOpen(successes: 0, underWay: 0, openings: openings), .halfOpened)
    }

    /// Closes the circuit and forgets what it counted.
    @discardableResult
    public mutating func reset() -> Change? {
        switch state {
        case .closed:
            state = .closed(failures: 0)
            return nil
        case .open, .halfOpen:
            return enter(.closed(failures: 0), .closed)
        }
    }

    /// The breaker after a restart of its owner: calls that were under way are gone, and `until` moves to the new clock.
    public func restored(_ configuration: Configuration, shiftingBy shift: (Instant) -> Instant) -> Self {
        var copy = self
        copy.configuration = configuration
        copy.generation += 1
        switch state {
        case .closed: break
        case .open(let until, let openings): copy.state = .open(until: shift(until), openings: openings)
        case .halfOpen(let successes, _, let openings):
            copy.state = .halfOpen(successes: successes, underWay: 0, openings: openings)
        }
        return copy
    }

    private mutating func open(times: Int, at now: Instant, using random: inout SeededGenerator) -> Change? {
        var pause = configuration.openDuration
        for _ in 1..<max(times, 1) where pause < configuration.maxOpenDuration { pause = pause * 2 }
        pause = random.jittered(min(pause, max(configuration.maxOpenDuration, configuration.openDuration)),
            by: configuration.jitter)
        return enter(.open(until: now + pause, openings: times), .opened(until: now + pause))
    }

    private mutating func enter(_ next: State, _ change: Change) -> Change? {
        state = next
        generation += 1
        return change
    }
}
