package import HaleEngine
package import HaleModel

/// One step of the engine with its moment, as it was recorded.
package struct RecordedStep: Sendable {
    package var step: EngineStep
    package var moment: Moment

    package init(_ step: EngineStep, at moment: Moment) {
        self.step = step
        self.moment = moment
    }
}

/// What the engine took in before it was asked for its records once, and what it decided.
package struct RecordedBatch: Sendable {
    package var steps: [RecordedStep]
    /// When the records were collected.
    package var collected: Moment
    /// Over all decisions since the snapshot, these among them.
    package var digest: UInt32

    package init(_ steps: [RecordedStep], collected: Moment, digest: UInt32) {
        self.steps = steps
        self.collected = collected
        self.digest = digest
    }
}

/// Over all that an engine decided since a snapshot: its events and effects, in order.
package struct DecisionDigest: Sendable {
    private var digest = Digest()

    package init() {}

    package var value: UInt32 { UInt32(truncatingIfNeeded: digest.value ^ (digest.value >> 32)) }

    package mutating func add(_ effects: EffectBuffer) {
        for effect in effects.prompt { digest.add(effect) }
        for item in effects.durable {
            digest.add(item.effect)
            digest.add(item.limited ?? 0)
        }
        for event in effects.events {
            digest.add(event)
            digest.add(event.kind.rawValue)
        }
        digest.add(UInt64(effects.durability.rawValue))
    }
}
