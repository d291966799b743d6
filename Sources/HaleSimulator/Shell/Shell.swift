package import HaleEngine
internal import HaleModel

/// What Hale's runner holds around the engine. All of it is gone when Hale is killed.
package struct Shell: Sendable {
    package var engine: Engine
    /// Places of the engine's components in the world.
    package let worldPlaces: [Int]
    var inbox: [(input: Input, at: Moment)] = []
    /// Batches that wait for their commit, the first of them under way.
    var commits: [Batch] = []
    /// What could not be written, kept until it can be.
    var unwritten: Batch?
    var hasToldTrouble = false
    /// Attempts of which a limited effect was not carried out: none of their later ones is either.
    var refused: Set<UInt64> = []
    var isRetryPlanned = false
    /// Where this life ends.
    var armed: CrashPoint?
    /// And how long Hale is gone then.
    var armedFor: TimeSpan = .zero
    /// The crash waits for a batch that touches a process or runs a remedy.
    var waitsForRemedy = false
    var buffer = EffectBuffer()
    /// Since the last batch, for whoever records them.
    var steps: [RecordedStep] = []
    var plannedWake: Instant?
    var wakeNumber = 0
    var stalledUntil: Instant = .zero

    init(_ engine: Engine, worldPlaces: [Int]) {
        self.engine = engine
        self.worldPlaces = worldPlaces
    }

    mutating func takeBatch() -> Batch {
        Batch(records: buffer.records, events: buffer.events, durable: buffer.durable, durability: buffer.durability)
    }
}
