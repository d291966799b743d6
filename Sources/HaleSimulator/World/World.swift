internal import HaleEngine
package import HaleModel

/// The invented world outside Hale: machine, keepers, services, and what was really done to them.
package struct World: Sendable {
    package var clock = SimulatedClock()
    package var queue = EventQueue<WorldEvent>()
    package var random: SeededGenerator
    package var components: [SimulatedComponent]
    let places: [ComponentID: Int]
    /// Which life of Hale is present, and whether it lives.
    package var life = 0
    package var isHaleUp = false
    var nextPid: Int32 = 1000
    /// Hale's own network is gone until then; the machine sleeps until then.
    var networkLostUntil: Instant = .zero
    var asleepUntil: Instant = .zero
    /// Nothing fails by itself any more.
    var isCalm = false
    /// Orders that a keeper could not obey, with the reason.
    package var refusals: [String] = []

    init(_ models: [ComponentModel], seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var places: [ComponentID: Int] = [:]
        for (place, model) in models.enumerated() { places[model.policy.id] = place }
        self.places = places
        components = models.map { model in
            SimulatedComponent(
                model, needs: model.needsDependencies ? model.policy.dependsOn.compactMap { places[$0.on] } : [])
        }
    }

    package var time: Instant { clock.time }

    /// The world's own randomness, apart from the engine's, which is seeded with the number itself.
    static func seed(_ seed: UInt64) -> UInt64 { seed &* 0x9E37_79B9 &+ 1 }

    /// Heartbeats begin, each at a time of its own.
    mutating func begin() {
        for place in components.indices {
            planFailure(place)
            if components[place].keepers.isEmpty { beginLeak(place) }
            guard let every = components[place].model.beatEvery else { continue }
            plan(.beatDue(component: place), in: every.scaled(by: random.unit()))
        }
    }

    mutating func plan(_ event: WorldEvent, in span: TimeSpan) { queue.add(event, at: clock.time + span) }

    /// A span drawn evenly.
    mutating func draw(_ least: TimeSpan, _ most: TimeSpan) -> TimeSpan {
        least + (most - least).scaled(by: random.unit())
    }

    package func works(_ place: Int) -> Bool {
        components[place].worksByItself && components[place].needs.allSatisfy { works($0) }
    }

    mutating func tellHale(_ input: Input, in span: TimeSpan) {
        guard isHaleUp else { return }
        plan(.arrives(life: life, input), in: span)
    }

    /// What the keepers say when Hale starts.
    func reports() -> [ProcessReport] {
        var reports: [ProcessReport] = []
        for component in components {
            for (number, keeper) in component.keepers.enumerated() where keeper.phase != .absent {
                reports.append(
                    ProcessReport(
                        instance: InstanceID(component.id, number), launch: keeper.launch, phase: keeper.phase))
            }
        }
        return reports
    }

    /// Everything in the machine's memory is gone; if it slept, it does so no longer.
    mutating func reboot(_ sinceBoot: TimeSpan) {
        for place in components.indices {
            for number in components[place].keepers.indices {
                components[place].keepers[number] = SimulatedKeeper()
            }
        }
        clock.reboot(sinceBoot)
        asleepUntil = .zero
    }
}
