internal import HaleEngine
internal import HaleModel

/// Measures one run by the world itself. It is told of whatever may have changed something.
struct Meter: Sendable {
    private struct State: Sendable {
        /// When it first worked.
        var since: Instant?
        var isWell = false
        var changedAt: Instant = .zero
        var isDetected = false
        /// What the monitor believes.
        var isBelievedLost = false
        /// Instances that were started before in this boot, and those that were well when they were last told to stop.
        var started: Set<Int> = []
        var stoppedWell: Set<Int> = []
    }

    private(set) var figures: Figures
    private var states: [State]
    /// Components that began or ceased to work, to be told.
    private var turns: [(place: Int, isWell: Bool)] = []

    init(_ world: World) {
        figures = Figures(world.components.map(\.id))
        figures.runs = 1
        states = world.components.map { _ in State() }
    }

    // MARK: What really is

    /// Something may have changed: looks at every component.
    mutating func look(_ world: World) {
        for place in states.indices {
            let isWell = world.works(place)
            if isWell != states[place].isWell { turn(place, isWell, at: world.time) }
        }
    }

    private mutating func turn(_ place: Int, _ isWell: Bool, at now: Instant) {
        defer {
            states[place].isWell = isWell
            states[place].changedAt = now
        }
        turns.append((place, isWell))
        guard states[place].since != nil else {
            states[place].since = now
            return
        }
        guard isWell else {
            figures.components[place].outages += 1
            figures.components[place].well = figures.components[place].well + (now - states[place].changedAt)
            // What the monitor stops itself, or took for lost before, it need not find out.
            states[place].isDetected = states[place].isBelievedLost
            return
        }
        figures.components[place].recovery.add(now - states[place].changedAt)
        if !states[place].isDetected { figures.components[place].undetected += 1 }
    }

    mutating func takeTurns() -> [(place: Int, isWell: Bool)] {
        defer { turns.removeAll(keepingCapacity: true) }
        return turns
    }

    mutating func end(at now: Instant) {
        for place in states.indices {
            guard let since = states[place].since else { continue }
            figures.components[place].observed = now - since
            guard states[place].isWell else { continue }
            figures.components[place].well = figures.components[place].well + (now - states[place].changedAt)
        }
    }

    // MARK: What the monitor believes and does

    mutating func believes(_ place: Int, isLost: Bool, at now: Instant) {
        states[place].isBelievedLost = isLost
        guard isLost, !states[place].isWell, states[place].since != nil, !states[place].isDetected else { return }
        states[place].isDetected = true
        figures.components[place].detection.add(now - states[place].changedAt)
    }

    mutating func remediesAtWork(_ count: Int) { figures.mostAtWork = max(figures.mostAtWork, count) }

    /// The monitor is about to touch a program.
    mutating func orders(_ order: ProcessOrder, _ world: World) {
        guard let place = world.places[order.instance.component] else { return }
        let number = order.instance.number
        guard world.components[place].keepers.indices.contains(number) else { return }
        switch order {
        case .stop:
            if world.components[place].keepers[number].isRunning, !world.components[place].ails(number, at: world.time)
            {
                states[place].stoppedWell.insert(number)
            }
        case .spawn:
            guard world.components[place].keepers[number].pid == nil else { return }
            let wasWell = states[place].stoppedWell.remove(number) != nil
            guard !states[place].started.insert(number).inserted else { return }
            figures.components[place].restarts += 1
            if wasWell { figures.components[place].falseRestarts += 1 }
        case .retire: break
        }
    }

    /// The monitor is about to run a command. Where there is a program, its start counts.
    mutating func orders(_ order: RemedyOrder, _ world: World) {
        guard let place = world.places[order.component], world.components[place].keepers.isEmpty else { return }
        figures.components[place].restarts += 1
        if !world.components[place].ails(0, at: world.time) { figures.components[place].falseRestarts += 1 }
    }

    /// After a boot every program has to be started.
    mutating func booted() {
        for place in states.indices {
            states[place].started = []
            states[place].stoppedWell = []
        }
    }
}
