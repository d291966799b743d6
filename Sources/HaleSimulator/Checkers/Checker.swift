internal import HaleEngine
internal import HaleModel

/// One promise of Hale, watched over while the simulation runs. Each function is called when its thing has happened.
protocol Checker: Sendable {
    static var name: String { get }
    static var promise: String { get }

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World)
    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings)
    mutating func collected(_ records: [Record], _ engine: Engine, _ findings: inout Findings)
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
    mutating func collected(_ records: [Record], _ engine: Engine, _ findings: inout Findings) {}
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

    init(input: Input, at: Moment, _ buffer: EffectBuffer) {
        self.input = input
        self.at = at
        firstEvent = buffer.events.count
        firstDurable = buffer.durable.count
        firstPrompt = buffer.prompt.count
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
