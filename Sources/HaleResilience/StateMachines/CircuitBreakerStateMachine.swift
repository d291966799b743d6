public import HaleModel

/// The circuit breaker as a value: calls ask to be admitted and report how they ended; time and randomness are given.
///
/// ```
/// closed ──failures in a row, or a rate over a window──► open ──its pause over, or hinted──► halfOpen
///    ▲                                                     ▲                                    │
///    │                                                     └────────── a failure ───────────────┤
///    └─────────────────────── successThreshold successes ──────────────────────────────────────┘
/// ```
///
/// A call that ends without a verdict (ignored error, cancellation) gives its place back and moves nothing, so half-open
/// can't stick. One that takes longer than `halfOpenCallLimit` gives its place back too, and its verdict counts all the
/// same. A verdict of a call admitted before the last change of state is not counted.
public struct CircuitBreakerStateMachine: Hashable, Sendable, Codable {
    public enum State: Hashable, Sendable, Codable {
        /// May go to `open`. With a window, `failures` are those within it.
        case closed(failures: Int)
        /// May go to `halfOpen`. `openings` counts how often it opened since it was last closed.
        case open(until: Instant, openings: Int)
        /// May go to `open` and `closed`.
        case halfOpen(successes: Int, underWay: Int, openings: Int)
    }

    /// The right to one call, valid until the breaker changes its state.
    public struct Permit: Hashable, Sendable, Codable {
        fileprivate let generation: UInt64
        fileprivate let number: UInt64
        package fileprivate(set) var since: Instant

        package func beginning(at now: Instant) -> Permit {
            var copy = self
            copy.since = now
            return copy
        }
    }

    public enum Admission: Hashable, Sendable {
        case admitted(Permit, Change?)
        /// Not before `until`; while half-open this very instant, because a place may be given back at any time.
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

    /// A half-open call that holds a place, kept only while `halfOpenCallLimit` is set.
    private struct Trial: Hashable, Sendable, Codable {
        let number: UInt64
        let since: Instant
    }

    /// The generation of permits that are given while disabled; never reached by counting.
    private static let disabledGeneration = UInt64.max >> 2

    public var configuration: Configuration
    public private(set) var state: State = .closed(failures: 0)
    public private(set) var control: Control = .automatic
    /// Counts the changes of state; a permit of another generation is void.
    package private(set) var generation: UInt64 = 0
    private var window: OutcomeWindow?
    private var trials: [Trial] = []
    private var nextTrial: UInt64 = 0

    public init(_ configuration: Configuration = .init()) {
        self.configuration = configuration
        window = configuration.window.map { OutcomeWindow($0.extent) }
    }

    /// What the window holds, if the configuration has one.
    public var windowCounts: OutcomeWindow.Counts? { window?.counts }

    /// What concurrent callers may know of the machine without asking it, in one word to be kept in an atomic.
    package struct Glance: Hashable, Sendable {
        /// The generation times four, and two bits.
        package let word: UInt64

        package init(word: UInt64) { self.word = word }

        /// A permit, if every call would be admitted and no instant is kept of it.
        package var permit: Permit? {
            word & 1 == 0 ? nil : Permit(generation: word >> 2, number: 0, since: .zero)
        }

        /// True if the success of a call with this permit would change nothing.
        package func ignoresSuccess(of permit: Permit) -> Bool {
            word & 2 != 0 && permit.generation == word >> 2
        }
    }

    package var glance: Glance {
        if control == .disabled { return Glance(word: Self.disabledGeneration << 2 | 3) }
        guard control == .automatic, case .closed(let failures) = state, configuration.slowCall == nil else {
            return Glance(word: generation << 2)
        }
        return Glance(word: generation << 2 | (failures == 0 && window == nil ? 3 : 1))
    }

    /// Asks for one call.
    public mutating func admit(at now: Instant) -> Admission {
        switch control {
        case .automatic: break
        case .forcedOpen: return .rejected(until: .distantFuture)
        case .disabled: return .admitted(Permit(generation: Self.disabledGeneration, number: 0, since: now), nil)
        }
        switch state {
        case .closed:
            return .admitted(Permit(generation: generation, number: 0, since: now), nil)
        case .open(let until, let openings):
            guard now >= until else { return .rejected(until: until) }
            let change = enter(.halfOpen(successes: 0, underWay: 1, openings: openings), .halfOpened)
            return .admitted(startTrial(at: now), change)
        case .halfOpen(let successes, let before, let openings):
            let underWay = before - endOverdueTrials(at: now)
            guard underWay < configuration.halfOpenMaxCalls else { return .rejected(until: now) }
            state = .halfOpen(successes: successes, underWay: underWay + 1, openings: openings)
            return .admitted(startTrial(at: now), nil)
        }
    }

    /// Reports how an admitted call ended.
    @discardableResult
    public mutating func report(
        _ verdict: Verdict, for permit: Permit, at now: Instant, using random: inout SeededGenerator
    ) -> Change? {
        guard control == .automatic, permit.generation == generation else { return nil }
        let slow = configuration.slowCall.map { now - permit.since >= $0 } ?? false
        switch state {
        case .closed(let failures):
            return count(verdict, slow: slow, after: failures, at: now, using: &random)
        case .halfOpen(let successes, let underWay, let openings):
            let others = underWay - (endTrial(permit) ? 1 : 0)
            switch verdict {
            case .success where !slow:
                guard successes + 1 < configuration.successThreshold else {
                    return enter(.closed(failures: 0), .closed)
                }
                state = .halfOpen(successes: successes + 1, underWay: others, openings: openings)
            case .success, .failure:
                return open(times: openings + 1, at: now, using: &random)
            case .none:
                state = .halfOpen(successes: successes, underWay: others, openings: openings)
            }
        case .open: break
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
        control = .automatic
        switch state {
        case .closed:
            state = .closed(failures: 0)
            window = configuration.window.map { OutcomeWindow($0.extent) }
            return nil
        case .open, .halfOpen:
            return enter(.closed(failures: 0), .closed)
        }
    }

    /// Takes the decision from the calls, or gives it back. Permits given out before are void.
    public mutating func take(_ control: Control) {
        guard self.control != control else { return }
        self.control = control
        generation += 1
        trials.removeAll()
        if case .halfOpen(let successes, _, let openings) = state {
            state = .halfOpen(successes: successes, underWay: 0, openings: openings)
        }
    }

    /// The breaker after a restart of its owner: calls that were under way are gone, and `until` moves to the new clock.
    public func restored(_ configuration: Configuration, shiftingBy shift: (Instant) -> Instant) -> Self {
        var copy = self
        copy.configuration = configuration
        copy.generation += 1
        copy.trials.removeAll()
        copy.window = configuration.window.map { OutcomeWindow($0.extent) }
        switch state {
        case .closed: break
        case .open(let until, let openings): copy.state = .open(until: shift(until), openings: openings)
        case .halfOpen(let successes, _, let openings):
            copy.state = .halfOpen(successes: successes, underWay: 0, openings: openings)
        }
        return copy
    }

    /// A breaker that continues from the given state.
    package init(_ configuration: Configuration, continuing state: State, under control: Control) {
        self.init(configuration)
        self.state = state
        self.control = control
    }

    /// One verdict while closed.
    private mutating func count(
        _ verdict: Verdict, slow: Bool, after failures: Int, at now: Instant, using random: inout SeededGenerator
    ) -> Change? {
        guard verdict != .none else { return nil }
        guard let rule = configuration.window, window != nil else {
            guard verdict == .failure || slow else {
                state = .closed(failures: 0)
                return nil
            }
            guard failures + 1 >= configuration.failureThreshold else {
                state = .closed(failures: failures + 1)
                return nil
            }
            return open(times: 1, at: now, using: &random)
        }
        window?.record(failed: verdict == .failure, slow: slow, at: now)
        let counts = window?.counts ?? .init()
        state = .closed(failures: counts.failures)
        guard counts.calls >= max(rule.minimumCalls, 1) else { return nil }
        let failed = counts.failures > 0 && Double(counts.failures) >= rule.failureRate * Double(counts.calls)
        let tooSlow = counts.slow > 0 && Double(counts.slow) >= rule.slowCallRate * Double(counts.calls)
        return failed || tooSlow ? open(times: 1, at: now, using: &random) : nil
    }

    private mutating func startTrial(at now: Instant) -> Permit {
        nextTrial += 1
        if configuration.halfOpenCallLimit != nil { trials.append(Trial(number: nextTrial, since: now)) }
        return Permit(generation: generation, number: nextTrial, since: now)
    }

    /// False if the call has given its place back already.
    private mutating func endTrial(_ permit: Permit) -> Bool {
        guard configuration.halfOpenCallLimit != nil else { return true }
        guard let index = trials.firstIndex(where: { $0.number == permit.number }) else { return false }
        trials.remove(at: index)
        return true
    }

    private mutating func endOverdueTrials(at now: Instant) -> Int {
        guard let limit = configuration.halfOpenCallLimit else { return 0 }
        let before = trials.count
        trials.removeAll { now - $0.since >= limit }
        return before - trials.count
    }

    private mutating func open(times: Int, at now: Instant, using random: inout SeededGenerator) -> Change? {
        var pause = configuration.openDuration
        for _ in 1..<max(times, 1) where pause < configuration.maxOpenDuration { pause = pause.scaled(by: 2) }
        pause = random.jittered(
            min(pause, max(configuration.maxOpenDuration, configuration.openDuration)), by: configuration.jitter)
        return enter(.open(until: now + pause, openings: times), .opened(until: now + pause))
    }

    private mutating func enter(_ next: State, _ change: Change) -> Change? {
        state = next
        generation += 1
        trials.removeAll()
        if case .closed = next { window = configuration.window.map { OutcomeWindow($0.extent) } }
        return change
    }
}
