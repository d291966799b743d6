internal import HaleEngine
internal import HaleModel

/// What a recording can answer to orders that were never given in it: what was seen of each check, and what is under way
/// at this moment.
struct RecordedWorld: Sendable {
    struct CheckKey: Hashable, Sendable {
        var component: ComponentID
        var check: String
    }

    struct HookKey: Hashable, Sendable {
        var component: ComponentID
        var occasion: HookOrder.Occasion
    }

    struct Seen: Sendable {
        var result: HealthCheckResult
        var at: Instant
    }

    /// The last result of each check.
    private(set) var seen: [CheckKey: Seen] = [:]
    /// Runs, commands and hooks that the recorded policy waits for.
    private(set) var runs: [CheckKey: UInt64] = [:]
    private(set) var remedies: Set<ComponentID> = []
    private(set) var hooks: [HookKey: UInt64] = [:]

    /// Evidence that is older says nothing of the present.
    static let memory: TimeSpan = .minutes(5)

    /// What the recorded policy had done.
    mutating func note(_ effects: EffectBuffer) {
        for case .check(let order) in effects.prompt {
            runs[CheckKey(component: order.component, check: order.check)] = order.run
        }
        for item in effects.durable {
            switch item.effect {
            case .remedy(let order): remedies.insert(order.component)
            case .hook(let order):
                hooks[HookKey(component: order.component, occasion: order.occasion)] = order.id
            case .check, .process, .answer, .finish: break
            }
        }
    }

    /// What came in.
    mutating func note(_ input: Input, at now: Instant) {
        switch input {
        case .checkFinished(let run, let component, let check, let result):
            let key = CheckKey(component: component, check: check)
            if runs[key] == run { runs[key] = nil }
            seen[key] = Seen(result: result, at: now)
        case .remedyFinished(_, let component, _), .remedyRefused(_, let component, _): remedies.remove(component)
        case .hookFinished(let id, _, _): hooks = hooks.filter { $0.value != id }
        case .started: forgetWork()
        default: break
        }
    }

    /// Nothing of what was under way will be answered any more.
    mutating func forgetWork() {
        runs.removeAll()
        remedies.removeAll()
        hooks.removeAll()
    }

    func occasion(ofHook id: UInt64) -> HookOrder.Occasion? { hooks.first { $0.value == id }?.key.occasion }
}
