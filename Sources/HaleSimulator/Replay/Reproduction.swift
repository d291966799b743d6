package import HaleEngine
package import HaleModel

/// A recorded stretch of time, decided again: from a snapshot, batch by batch, with the same inputs at the same moments.
package struct Reproduction: Sendable {
    /// Where a decision is another one than was recorded.
    package struct Difference: Hashable, Sendable {
        /// Which input of the stretch, from 1; the first of its batch.
        package var input: Int
        package var moment: Moment
        /// What the batch begins with.
        package var what: String
    }

    package private(set) var engine: Engine
    package private(set) var inputs = 0
    package private(set) var decisions = 0
    private var digest = DecisionDigest()
    package private(set) var effects = EffectBuffer()

    package init(_ engine: Engine) { self.engine = engine }

    package var digestValue: UInt32 { digest.value }

    /// Returns where the decisions differ from the recorded ones, if they do. `effects` says what was decided.
    package mutating func play(_ batch: RecordedBatch) -> Difference? {
        for step in batch.steps { take(step) }
        return end(batch)
    }

    /// The batch step by step, for whoever looks on.
    package mutating func take(_ step: RecordedStep) {
        engine.take(step.step, at: step.moment, into: &effects)
        inputs += 1
    }

    package mutating func end(_ batch: RecordedBatch) -> Difference? {
        engine.collectRecords(at: batch.collected, into: &effects)
        decisions += effects.prompt.count + effects.durable.count + effects.events.count
        digest.add(effects)
        effects.removeAll()
        guard digest.value != batch.digest else { return nil }
        return Difference(
            input: max(1, inputs - batch.steps.count + 1), moment: batch.steps.first?.moment ?? batch.collected,
            what: batch.steps.first.map(Self.describe) ?? "no input")
    }

    private static func describe(_ step: RecordedStep) -> String {
        switch step.step {
        case .reconfigured: "a new configuration"
        case .rejectedConfiguration: "a configuration that was refused"
        case .input(let input):
            switch input {
            case .started: "the start of Hale"
            case .checkFinished(_, let component, let check, _): "a result of \(component) \(check)"
            case .processChanged(let report): "a report of the process \(report.instance)"
            case .remedyFinished(_, let component, _): "the end of a remedy of \(component)"
            case .remedyRefused(_, let component, _): "a remedy of \(component) that was not recorded"
            case .storeTrouble: "trouble with the database"
            case .heartbeat(let beat): "a heartbeat of \(beat.component)"
            case .heartbeatUnreadable(let component, _): "an unreadable heartbeat of \(component)"
            case .operations(let counts): "operations of \(counts.component)"
            case .ownership(let component, _): "another owner of \(component)"
            case .hookFinished(_, let component, _): "the end of a hook of \(component)"
            case .order: "an order"
            case .tick: "a deadline"
            }
        }
    }
}
