/// A command that goes along with something, to be run at once.
public struct HookOrder: Hashable, Codable, Sendable {
    public enum Occasion: String, Codable, CaseIterable, Hashable, Sendable {
        /// Before a remedy; failing is a veto.
        case beforeHeal
        /// After its outcome.
        case afterHeal
        /// A dependency went down.
        case onPause
        /// It is well again.
        case onResume
    }

    /// Comes back with the outcome.
    public var id: UInt64
    public var component: ComponentID
    public var occasion: Occasion
    public var command: [String]
    public var timeout: TimeSpan
    public var state: HealthState
    public var reason: String

    public init(
        id: UInt64, component: ComponentID, occasion: Occasion, command: [String], timeout: TimeSpan,
        state: HealthState, reason: String
    ) {
        self.id = id
        self.component = component
        self.occasion = occasion
        self.command = command
        self.timeout = timeout
        self.state = state
        self.reason = reason
    }
}
