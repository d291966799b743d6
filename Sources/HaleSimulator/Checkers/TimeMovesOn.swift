internal import HaleEngine
internal import HaleModel

struct TimeMovesOn: Checker {
    static let promise = "what is due is done: the engine never asks again and again for the same moment"
    static let occasions = Occasions.handled

    private var last: Instant = .zero
    private var ticks = 0

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) { ticks = 0 }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        guard case .tick = step.input else { return }
        ticks = step.at.boot == last ? ticks + 1 : 0
        last = step.at.boot
        if ticks > 20 || engine.nextDeadline.map({ $0 <= step.at.boot }) == true {
            findings.report(
                Self.self,
                "after a tick something is still due since \(engine.nextDeadline.map { step.at.boot - $0 } ?? .zero)")
        }
    }
}
