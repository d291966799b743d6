internal import HaleModel

extension Engine {
    /// Has a hook of the component run, if it has one; returns its number.
    @discardableResult
    mutating func run(_ occasion: HookOrder.Occasion, _ place: Int, because reason: String) -> UInt64? {
        let hooks = components[place].policy.hooks
        guard let command = hooks.commands[occasion], configuration.healing.mode == .act else { return nil }
        let order = HookOrder(
            id: makeID(), component: components[place].policy.id, occasion: occasion, command: command,
            timeout: hooks.timeout, state: components[place].state, reason: reason)
        out.durable.append((.hook(order), nil))
        return order.id
    }

    mutating func hookFinished(_ id: UInt64, _ component: ComponentID, _ outcome: RemedyOutcome) {
        guard let place = place(of: component) else { return }
        if case .failed(let message) = outcome {
            emit(.hookFailed, .warning, component, "\(component): a hook failed: \(message)")
        }
        for track in components[place].tracks.indices {
            guard case .acting(let attempt) = components[place].tracks[track].phase, attempt.step == .asking(hook: id)
            else { continue }
            switch outcome {
            case .done: allowed(place, track)
            case .failed(let message): vetoed(place, track, message)
            }
        }
        enqueue(place)
    }
}
