/// What a person, or a program with the right to, asks of the engine.
public enum OperatorOrder: Hashable, Codable, Sendable {
    /// Run the checks of one component, or of all, now.
    case check(ComponentID?)
    case heal(ComponentID)
    case start(ComponentID)
    case stop(ComponentID)
    case explain(ComponentID)
    /// Neither check nor heal, until it is resumed (C6).
    case pause(ComponentID)
    /// Check, but neither heal nor alert, for a time or until it is resumed (C6).
    case maintenance(ComponentID, for: TimeSpan?)
    /// Ends a pause and a maintenance.
    case resume(ComponentID)
    /// Begins healing anew: the ladder, the waits and the breakers are forgotten, limits are not.
    case reset(ComponentID)
    /// Closes the breaker of one check, or of all of a component.
    case resetBreaker(ComponentID, check: String?)
    /// Somebody knows: nothing more is said of the present trouble until it is over.
    case acknowledge(ComponentID, note: String?)
    /// No alerts for a time.
    case silence(ComponentID, for: TimeSpan)
    /// Ends a silence before its time.
    case endSilence(ComponentID)
    /// Off, only a person heals the component (H10); kept until it is told otherwise.
    case autoHeal(ComponentID, Bool)
    /// Off, nothing is checked or healed, as if every component were paused (C6); kept across restarts of Hale.
    case monitoring(Bool)
    /// Something was changed in the world, such as a deploy: an event, so that what follows can be understood.
    case note(ComponentID?, message: String, details: [String: JSONValue])
    /// Stop Hale; with `programs`, end everything it supervises first.
    case shutdown(programs: Bool)
}

/// What became of an order. It is given only after its record is durable.
public enum OrderAnswer: Hashable, Sendable {
    case accepted(String)
    case refused(OrderRefusal)
    case checked([CheckedComponent])
    case explained(Explanation)
}

public struct OrderRefusal: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case unknownComponent
        /// The component's present state does not allow it.
        case conflict
        /// Hale can't do it at present (the store, a shutdown under way).
        case unavailable
        /// In force until Hale ends, but not written down: the store can't be.
        case unrecorded
    }

    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// The outcome of a forced check.
public struct CheckedComponent: Hashable, Codable, Sendable {
    public var component: ComponentID
    public var check: String
    public var result: HealthCheckResult

    public init(component: ComponentID, check: String, result: HealthCheckResult) {
        self.component = component
        self.check = check
        self.result = result
    }
}
