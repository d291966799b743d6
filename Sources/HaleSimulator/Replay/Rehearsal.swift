package import HaleEngine
package import HaleModel

/// A recording played to two policies side by side: the recorded one, which decides what it decided, and another one.
package struct Rehearsal: Sendable {
    package private(set) var actual: Reproduction
    private var other: OtherPolicy
    private var world = RecordedWorld()
    private var last: Moment
    package private(set) var tallies: [ComponentID: PolicyTally.Pair] = [:]
    package private(set) var healing = PolicyTally.Attempts()
    /// What happens before this is not counted.
    private let from: WallTime

    /// Deadlines of the other policy that the recording has no input for are met once it is certain that none comes.
    private static let tolerance: TimeSpan = .milliseconds(50)

    package init(_ engine: Engine, _ configuration: EngineConfiguration, at now: Moment, from: WallTime) {
        actual = Reproduction(engine)
        // An engine that was not started yet takes its configuration in once it is.
        other = OtherPolicy(engine, configuration, at: now)
        last = now
        self.from = from
    }

    package var omissions: RehearsalOmissions { other.omissions }

    /// What lies between two snapshots of a recording.
    package enum Break: Sendable {
        case nothing
        /// Inputs are missing.
        case gap
        /// Hale was started anew.
        case restart
    }

    /// The recorded policy goes on with the next snapshot.
    package mutating func resume(_ engine: Engine, after: Break) {
        actual = Reproduction(engine)
        if after != .nothing { world.forgetWork() }
        if after == .gap { other.passGap() }
    }

    /// Returns where the recorded policy decides otherwise than it did, if it does.
    package mutating func play(_ batch: RecordedBatch) -> Reproduction.Difference? {
        for step in batch.steps { play(step) }
        pass(to: batch.collected)
        let difference = actual.end(batch)
        other.collect(at: batch.collected)
        count(other.takeEvents(), \.other)
        return difference
    }

    private mutating func play(_ step: RecordedStep) {
        pass(to: step.moment)
        last = step.moment
        guard case .input(let input) = step.step else {
            takeActual(step)
            if case .reconfigured = step.step { other.noteReload() }
            return
        }
        let former = formerPhase(input)
        var occasion: HookOrder.Occasion?
        if case .hookFinished(let id, _, _) = input { occasion = world.occasion(ofHook: id) }
        let seed = actual.engine.randomState
        world.note(input, at: step.moment.boot)
        takeActual(step)
        if case .started(let report) = input {
            other.restart(report, seed: seed, at: step.moment, actual.engine, world)
        } else {
            other.hear(input, at: step.moment, former: former, occasion: occasion, actual.engine, world)
        }
        count(other.takeEvents(), \.other)
    }

    private mutating func takeActual(_ step: RecordedStep) {
        let before = (actual.effects.prompt.count, actual.effects.durable.count, actual.effects.events.count)
        actual.take(step)
        var fresh = EffectBuffer()
        fresh.prompt = Array(actual.effects.prompt[before.0...])
        fresh.durable = Array(actual.effects.durable[before.1...])
        fresh.events = Array(actual.effects.events[before.2...])
        world.note(fresh)
        count(fresh.events, \.actual)
    }

    private func formerPhase(_ input: Input) -> ProcessState.Phase? {
        guard case .processChanged(let report) = input,
            let place = actual.engine.place(named: report.instance.component)
        else { return nil }
        let processes = actual.engine.processes(at: place)
        return processes.indices.contains(report.instance.number) ? processes[report.instance.number].phase : nil
    }

    /// The other policy's own deadlines, as far as Hale was at work at the time.
    private mutating func pass(to moment: Moment) {
        guard actual.engine.hasBegun else { return }
        let due = actual.engine.nextDeadline ?? .distantFuture
        let isStalled = moment.boot - max(due, last.boot) > Engine.stallLimit
        guard !isStalled else { return }
        var passes = 0
        while let next = other.nextDeadline, next + Self.tolerance <= moment.boot, passes < 100_000 {
            let now = max(next, last.boot)
            last = last.advanced(by: now - last.boot)
            other.pass(to: last, actual.engine, world)
            count(other.takeEvents(), \.other)
            passes += 1
        }
    }

    private mutating func count(_ events: [Event], _ side: WritableKeyPath<PolicyTally.Pair, PolicyTally>) {
        for event in events where event.time >= from {
            guard let id = event.component else { continue }
            tallies[id, default: .init()][keyPath: side].count(event)
            healing.note(event, isOther: side == \.other)
        }
    }
}
