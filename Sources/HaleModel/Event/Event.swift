/// One thing that happened. Append-only.
public struct Event: Hashable, Codable, Sendable {
    public var id: EventID
    public var time: WallTime
    public var kind: EventKind
    public var component: ComponentID?
    public var severity: EventSeverity
    /// One sentence, readable without the details.
    public var message: String
    public var details: [String: JSONValue]

    public init(
        id: EventID, time: WallTime, kind: EventKind, component: ComponentID?, severity: EventSeverity,
        message: String, details: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.time = time
        self.kind = kind
        self.component = component
        self.severity = severity
        self.message = message
        self.details = details
    }
}
