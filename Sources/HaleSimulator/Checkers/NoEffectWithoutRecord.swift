internal import HaleEngine
internal import HaleModel

struct NoEffectWithoutRecord: Checker {
    static let promise =
        "nothing is done to a program or a service before its record is on disk; with trouble of the store, nothing limited"
    static let occasions = Occasions.carriedOut

    mutating func carriedOut(
        _ effect: Effect, _ limited: UInt64?, _ store: SimulatedStore, _ world: World,
        _ findings: inout Findings
    ) {
        if let limited, store.contents.intents[limited] == nil {
            findings.report(Self.self, "\(effect): intent \(limited) is not on disk")
        }
        if case .remedy(let order) = effect, store.contents.intents[order.attempt] == nil {
            findings.report(
                Self.self, "\(order.component): the command of attempt \(order.attempt) runs, its intent is not on disk"
            )
        }
        guard !store.isTroubled || limited != nil, case .process(let order) = effect else { return }
        switch order {
        case .spawn(let instance, let launch), .stop(let instance, let launch, _, _):
            guard let record = store.contents.components[instance.component],
                record.processes.indices.contains(instance.number)
            else { return findings.report(Self.self, "\(order): \(instance.component) has no record") }
            if record.processes[instance.number].launch < launch {
                findings.report(
                    Self.self, "\(order): the record knows launch \(record.processes[instance.number].launch) only")
            }
        case .retire: break
        }
    }
}
