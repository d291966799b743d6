public import HaleModel

/// The real engine, in virtual time, in an invented world, with checkers that know what Hale promises.
///
/// ```swift
/// let report = Simulation.run(seed: 42, duration: .hours(1))
/// report.isGood       // or report.failures, and report.replay
/// ```
public enum Simulation {
    /// A random scenario, drawn from the seed.
    /// - Parameter components: how many it has; `nil`: drawn.
    public static func run(
        seed: UInt64, duration: TimeSpan, components: Int? = nil, keepsTrace: Bool = false, isDigested: Bool = false
    ) -> SimulationReport {
        var options = SimulationOptions(duration, keepsTrace: keepsTrace)
        options.isDigested = isDigested
        var report = run(
            ScenarioGenerator.scenario(seed: seed, duration: duration, components: components), seed: seed,
            options: options)
        report.components = components
        return report
    }

    /// A scenario written by hand.
    public static func run(_ scenario: Scenario, seed: UInt64, options: SimulationOptions) -> SimulationReport {
        var run = SimulationRun(scenario, seed: seed, options: options)
        run.play(options.duration)
        var report = SimulationReport(
            scenario: scenario.name, seed: seed, duration: options.duration, failures: run.watch.failures,
            marks: run.watch.marks, digest: run.watch.digest?.value, inputs: run.watch.inputs,
            simulated: run.world.time - .zero, restarts: run.world.life, trace: run.watch.trace)
        report.records = run.watch.records
        report.figures = run.figures
        return report
    }

    /// Many random scenarios, one after the other. Callers share the seeds out among threads.
    public static func sweep(
        seeds: some Sequence<UInt64>, duration: TimeSpan, components: Int? = nil, isDigested: Bool = false
    ) -> SweepReport {
        var sweep = SweepReport()
        for seed in seeds {
            sweep.add(run(seed: seed, duration: duration, components: components, isDigested: isDigested))
        }
        return sweep
    }

    /// What is watched over.
    public static var promises: [(name: String, promise: String)] { Watch.promises }
}

/// How a simulation is run.
public struct SimulationOptions: Sendable {
    /// For so long there are faults; then all must become well.
    public var duration: TimeSpan
    public var keepsTrace: Bool
    /// A shell that is broken on purpose.
    public var defect: ShellDefect?
    /// Hale is killed whenever all it decided is on disk.
    public var restartsAfterEveryBatch = false
    /// Whether the report has a digest over all that happened.
    public var isDigested = false
    /// Whether checkers, marks and the digest look on. Without them the engine and its world run alone.
    public var isWatched = true
    /// Whether it is measured what becomes of the components.
    public var measures = false
    /// Is told of every batch.
    package var observer: (any BatchObserver)?
    /// Keep so many of the committed records in the report.
    package var keptRecords = 0

    public init(_ duration: TimeSpan, keepsTrace: Bool = false, defect: ShellDefect? = nil) {
        self.duration = duration
        self.keepsTrace = keepsTrace
        self.defect = defect
    }
}
