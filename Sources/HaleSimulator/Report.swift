package import HaleEngine
public import HaleModel

/// A promise that was broken.
public struct SimulationFailure: Hashable, Sendable {
    public var invariant: String
    public var message: String
    /// Counted from the beginning of the simulation.
    public var at: TimeSpan
}

/// What one simulation came to.
public struct SimulationReport: Sendable {
    public var scenario: String
    public var seed: UInt64
    public var duration: TimeSpan
    /// How many components a random world was told to have.
    public var components: Int?
    public var failures: [SimulationFailure]
    public var marks: Marks
    /// Over all inputs, effects and events; only where it was asked for.
    public var digest: UInt64?
    /// Inputs that the engine took in.
    public var inputs: UInt64
    /// From the beginning until all was well.
    public var simulated: TimeSpan
    public var restarts: Int
    /// One line for each thing that happened; only where it was asked for.
    public var trace: [String]
    /// What became of the components until the faults stopped; only where it was asked for.
    public var figures: Figures?
    /// Committed records, as many as were asked for.
    package var records: [Record] = []

    public var isGood: Bool { failures.isEmpty }
    /// What a person types to see it again.
    public var replay: String {
        "hale simulate --seed \(seed) --for \(ScenarioText.exact(duration))\(components.map { " --components \($0)" } ?? "") --trace"
    }
}

/// What many simulations came to.
public struct SweepReport: Sendable {
    public var seeds = 0
    public var inputs: UInt64 = 0
    public var simulated: TimeSpan = .zero
    public var restarts = 0
    public var marks = Marks()
    /// Those with a broken promise.
    public var failed: [SimulationReport] = []
    /// Of all that went into the engine and came out, by seed.
    public var digests: [UInt64: UInt64] = [:]

    public init() {}

    public mutating func add(_ report: SimulationReport) {
        seeds += 1
        inputs += report.inputs
        simulated = simulated + report.simulated
        restarts += report.restarts
        marks.merge(report.marks)
        digests[report.seed] = report.digest
        if !report.isGood { failed.append(report) }
    }

    public mutating func merge(_ other: SweepReport) {
        seeds += other.seeds
        inputs += other.inputs
        simulated = simulated + other.simulated
        restarts += other.restarts
        marks.merge(other.marks)
        digests.merge(other.digests) { $1 }
        failed = (failed + other.failed).sorted { $0.seed < $1.seed }
    }
}
