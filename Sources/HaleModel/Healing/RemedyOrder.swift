/// One run of a `command` remedy, or of a handler of the program that embeds Hale.
public struct RemedyOrder: Hashable, Codable, Sendable {
    public var attempt: UInt64
    public var component: ComponentID
    /// `nil` for a handler.
    public var command: [String]?
    public var timeout: TimeSpan
    public var state: HealthState
    public var number: Int
    public var reason: String

    public init(
        attempt: UInt64, component: ComponentID, command: [String]?, timeout: TimeSpan, state: HealthState, number: Int,
        reason: String
    ) {
        self.attempt = attempt
        self.component = component
        self.command = command
        self.timeout = timeout
        self.state = state
        self.number = number
        self.reason = reason
    }
}

/// How a command or a handler ended.
public enum RemedyOutcome: Hashable, Codable, Sendable {
    case done
    case failed(String)
}
