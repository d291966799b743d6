public import HaleModel

/// One scenario played many times with Hale, or with a naive monitor in its place, and measured.
///
/// ```swift
/// let results = Experiment(scenario, duration: .hours(1)).run(seeds: 1...100)
/// results.figures.whole.availability
/// ```
public struct Experiment: Sendable {
    /// Who looks after the components.
    public enum Monitor: String, CaseIterable, Hashable, Sendable {
        case hale
        /// One miss means restart: see `docs/simulate.md`.
        case naive
    }

    public struct Results: Sendable {
        public var figures: Figures
        /// Runs in which a promise was broken.
        public var failed: [SimulationReport] = []

        public mutating func merge(_ other: Results) {
            figures.merge(other.figures)
            failed = (failed + other.failed).sorted { $0.seed < $1.seed }
        }
    }

    public var scenario: Scenario
    public var duration: TimeSpan
    public var monitor: Monitor

    public init(_ scenario: Scenario, duration: TimeSpan, monitor: Monitor = .hale) {
        self.scenario = scenario
        self.duration = duration
        self.monitor = monitor
    }

    /// What no run has been added to.
    public var nothing: Results { Results(figures: Figures(scenario.components.map(\.policy.id))) }

    /// One run after the other. Callers share the seeds out among threads.
    public func run(seeds: some Sequence<UInt64>) -> Results {
        var results = nothing
        for seed in seeds { results.merge(run(seed: seed).results) }
        return results
    }

    /// One run, with what happened in it line by line where that is asked for.
    public func run(seed: UInt64, keepsTrace: Bool = false) -> (results: Results, trace: [String]) {
        if monitor == .naive {
            var run = BaselineRun(scenario, seed: seed, keepsTrace: keepsTrace)
            let figures = run.play(duration)
            return (Results(figures: figures), run.trace)
        }
        var options = SimulationOptions(duration, keepsTrace: keepsTrace)
        options.measures = true
        let report = Simulation.run(scenario, seed: seed, options: options)
        let figures = report.figures ?? nothing.figures
        return (Results(figures: figures, failed: report.isGood ? [] : [report]), report.trace)
    }
}
