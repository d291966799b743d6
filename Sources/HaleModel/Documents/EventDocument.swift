/// One event as the HTTP interface shows it.
public struct EventDocument: Codable, Hashable, Sendable {
    public var id: String
    public var time: String
    public var kind: EventKind
    public var severity: EventSeverity
    public var componentId: ComponentID?
    public var message: String
    public var details: [String: JSONValue]

    public init(_ event: Event) {
        id = "\(event.id)"
        time = "\(event.time)"
        kind = event.kind
        severity = event.severity
        componentId = event.component
        message = event.message
        details = event.details
    }
}

/// A page of a list: its items, and where the next page begins, if there is one.
public struct ListDocument<Item: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    public var items: [Item]
    public var next: String?

    public init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}
