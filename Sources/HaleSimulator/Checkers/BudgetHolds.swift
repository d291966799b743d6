internal import HaleEngine
internal import HaleModel

struct BudgetHolds: Checker {
    static let promise = "no more commands at work at once than the budget allows, and none begins in panic"

    private var panicked = false

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        let events = step.events(buffer)
        let commands = events.count(where: \.isCommandByItself)
        if commands > 0 {
            let others = events.count { $0.kind == .healStarted } - commands
            if engine.remediesAtWork - others > engine.healing.concurrent {
                findings.report(
                    Self.self, "\(engine.remediesAtWork) remedies at work, \(engine.healing.concurrent) allowed")
            }
            if panicked, engine.panics, !events.contains(where: { $0.kind == .panicEnded }) {
                findings.report(Self.self, "a command began in panic")
            }
        }
        panicked = engine.panics
        if engine.healing.mode == .observe, events.contains(where: \.isHealByItself) {
            findings.report(Self.self, "Hale only observes, and heals")
        }
    }
}
