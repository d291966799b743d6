public import HaleModel

/// A component's state has become another one.
public struct StateChange: Hashable, Sendable {
    public var component: ComponentID
    public var from: HealthState
    public var to: HealthState
    public var time: WallTime
    /// What was seen, and by which rule it means that, in a sentence.
    public var message: String

    /// `nil` for an event of another kind.
    init?(_ event: Event) {
        guard event.kind == .stateChanged, let component = event.component,
            case .string(let from)? = event.details["from"], case .string(let to)? = event.details["to"],
            let from = HealthState(rawValue: from), let to = HealthState(rawValue: to)
        else { return nil }
        self.component = component
        self.from = from
        self.to = to
        time = event.time
        message = event.message
    }
}
