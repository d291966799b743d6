import HaleModel
import Synchronization

extension CircuitBreaker {
    public var state: State { core.withLock { describe($0.machine, at: time.now) } }

    /// The present state and each one after it; the last 16 wait for a slow reader.
    public var stateChanges: AsyncStream<State> {
        core.withLock { core in states.stream(buffer: 16, beginningWith: describe(core.machine, at: time.now)) }
    }

    /// Rejects every call until ``reset()``.
    public func forceOpen() async { await take(.forcedOpen) }

    /// Admits every call and counts none until ``reset()``.
    public func disable() async { await take(.disabled) }

    /// Closes the circuit, forgets what was counted, and lets the calls decide again.
    public func reset() async {
        core.withLock { core in
            let wasControlled = core.machine.control != .automatic
            core.machine.take(.automatic)
            let change = core.machine.reset()
            core.lastCause = nil
            finish(change, in: &core, at: time.now)
            guard wasControlled, change == nil else { return }
            core.needsSaving()
            states.send(.closed)
            events.publish(name, .circuitControlled(.closed))
        }
        await persist()
    }

    /// Ends the pause: there is reason to believe that the other side is back.
    public func hint() async {
        core.withLock { core in finish(core.machine.hint(), in: &core, at: time.now) }
        await persist()
    }

    private func take(_ control: CircuitBreakerStateMachine.Control) async {
        core.withLock { core in
            guard core.machine.control != control else { return }
            core.machine.take(control)
            finish(nil, in: &core, at: time.now)
            core.needsSaving()
            states.send(describe(core.machine, at: time.now))
            events.publish(name, .circuitControlled(describe(core.machine, at: time.now)))
        }
        await persist()
    }
}
