internal import HaleEngine
internal import HaleModel

/// What happens in a simulation, and what a checker may want to be told of.
struct Occasions: OptionSet {
    let rawValue: UInt8

    /// The engine has taken in one input.
    static let handled = Occasions(rawValue: 1)
    /// What a batch of inputs led to has been collected.
    static let collected = Occasions(rawValue: 2)
    /// A batch is on disk.
    static let committed = Occasions(rawValue: 4)
    static let carriedOut = Occasions(rawValue: 8)
    /// Something happened outside Hale.
    static let worldMoved = Occasions(rawValue: 16)
}

/// One promise of Hale, watched over while the simulation runs. Each function is called when its thing has happened, if it
/// is one of the checker's occasions.
protocol Checker: Sendable {
    static var name: String { get }
    static var promise: String { get }
    static var occasions: Occasions { get }

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World)
    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings)
    /// - Parameter places: the components to be looked at.
    mutating func collected(_ records: [Record], _ places: [Int], _ engine: Engine, _ findings: inout Findings)
    mutating func committed(
        _ batch: Batch, after: EventID, _ store: SimulatedStore, _ world: World, _ findings: inout Findings
    )
    mutating func carriedOut(
        _ effect: Effect, _ limited: UInt64?, _ store: SimulatedStore, _ world: World,
        _ findings: inout Findings)
    mutating func worldMoved(_ world: World, _ findings: inout Findings)
}

extension Checker {
    static var name: String { String(describing: Self.self) }

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {}
    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {}
    mutating func collected(_ records: [Record], _ places: [Int], _ engine: Engine, _ findings: inout Findings) {}
    mutating func committed(
        _ batch: Batch, after: EventID, _ store: SimulatedStore, _ world: World, _ findings: inout Findings
    ) {}
    mutating func carriedOut(
        _ effect: Effect, _ limited: UInt64?, _ store: SimulatedStore, _ world: World,
        _ findings: inout Findings
    ) {}
    mutating func worldMoved(_ world: World, _ findings: inout Findings) {}
}

/// One input, and where in the batch's buffer that which followed from it begins.
struct Step: Sendable {
    let input: Input
    let at: Moment
    let firstEvent: Int
    let firstDurable: Int
    let firstPrompt: Int
    private let firstView: Int
    /// The components to be looked at: to look at all of them would cost more than the step itself.
    private(set) var places: [Int] = []

    init(input: Input, at: Moment, _ buffer: EffectBuffer) {
        self.input = input
        self.at = at
        firstEvent = buffer.events.count
        firstDurable = buffer.durable.count
        firstPrompt = buffer.prompt.count
        firstView = buffer.changedViews.count
    }

    /// What has to be looked at after it: the components that something happened to, and of the others one, each in its
    /// turn, because what was forgotten stays so. All of them when Hale starts.
    mutating func end(_ buffer: EffectBuffer, turn: Int, of count: Int) {
        if case .started = input { return places = Array(0..<count) }
        places.reserveCapacity(buffer.changedViews.count - firstView + 1)
        for place in buffer.changedViews[firstView...] where place < count { places.append(place) }
        if count > 0 { places.append(turn % count) }
    }

    func events(_ buffer: EffectBuffer) -> ArraySlice<Event> { buffer.events[firstEvent...] }
}

/// What the checkers found broken.
struct Findings: Sendable {
    private(set) var list: [(invariant: String, message: String)] = []

    mutating func report<C: Checker>(_ checker: C.Type, _ message: String) {
        list.append((C.name, message))
    }
}
