public import HaleModel

/// Makes a scenario in which a promise is broken as small as it gets: fewest faults, fewest components, plainest policies.
///
/// ```swift
/// let shrunk = Shrinker(scenario, seed: 42, options: SimulationOptions(.hours(1))).shrink()
/// ```
public struct Shrinker: Sendable {
    /// A small scenario that breaks the same promise.
    public struct Shrunk: Hashable, Sendable {
        public var scenario: Scenario
        public var seed: UInt64
        public var duration: TimeSpan
        public var failure: SimulationFailure
        /// How many runs it took.
        public var runs: Int
    }

    /// Runs at most.
    static let maxRuns = 600
    /// What goes away moves the world's randomness, so that a seed alone may miss what is still there.
    static let seedsTried: UInt64 = 3

    private var best: Scenario
    private var seed: UInt64
    private var options: SimulationOptions
    private var failure: SimulationFailure?
    private var runs = 0

    public init(_ scenario: Scenario, seed: UInt64, options: SimulationOptions) {
        best = scenario
        self.seed = seed
        self.options = options
    }

    /// `nil` where no promise is broken.
    public mutating func shrink() -> Shrunk? {
        failure = run(best, seed, options.duration)
        guard failure != nil else { return nil }
        var before: Scenario
        repeat {
            before = best
            shorten()
            dropFaults()
            dropComponents()
            simplify()
        } while best != before && runs < Self.maxRuns
        guard let failure else { return nil }
        best.name = "\(failure.invariant) is broken"
        return Shrunk(scenario: best, seed: seed, duration: options.duration, failure: failure, runs: runs)
    }

    private mutating func run(_ scenario: Scenario, _ seed: UInt64, _ duration: TimeSpan) -> SimulationFailure? {
        runs += 1
        var options = options
        options.duration = duration
        return Simulation.run(scenario, seed: seed, options: options).failures.first
    }

    /// Takes a smaller scenario if it breaks the same promise.
    @discardableResult
    private mutating func take(_ scenario: Scenario, _ duration: TimeSpan? = nil) -> Bool {
        guard scenario != best || duration != nil else { return false }
        for next in (0..<Self.seedsTried).map({ seed &+ $0 }) where runs < Self.maxRuns {
            let found = run(scenario, next, duration ?? options.duration)
            guard let found, found.invariant == failure?.invariant else { continue }
            best = scenario
            seed = next
            failure = found
            options.duration = duration ?? options.duration
            return true
        }
        return false
    }

    // MARK: What goes

    /// Nothing after the failure is needed.
    private mutating func shorten() {
        guard let failure, failure.at < options.duration else { return }
        var scenario = best
        scenario.faults.removeAll { $0.at > failure.at }
        let duration = TimeSpan.seconds(failure.at.nanoseconds / 1_000_000_000 + 1)
        if duration < options.duration { take(scenario, duration) }
    }

    /// First many at once, then fewer.
    private mutating func dropFaults() {
        var size = max(1, best.faults.count / 2)
        while true {
            var start = 0
            while start < best.faults.count, runs < Self.maxRuns {
                var scenario = best
                scenario.faults.removeSubrange(start..<min(start + size, best.faults.count))
                if !take(scenario) { start += size }
            }
            guard size > 1 else { return }
            size /= 2
        }
    }

    private mutating func dropComponents() {
        var place = 0
        while place < best.components.count, best.components.count > 1, runs < Self.maxRuns {
            if !take(best.without(place)) { place += 1 }
        }
    }

    private mutating func simplify() {
        for change in Simplification.ofScenario {
            var scenario = best
            change(&scenario)
            take(scenario)
        }
        for place in best.components.indices {
            for change in Simplification.ofComponent where runs < Self.maxRuns {
                var scenario = best
                change(&scenario.components[place])
                take(scenario)
            }
        }
    }
}
