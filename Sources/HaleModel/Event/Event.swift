/// The place of an event in the one sequence of all events. Opaque to clients, ordered, never reused.
public struct EventID: Hashable, Comparable, Codable, Sendable {
    public var number: UInt64

    public init(_ number: UInt64) { self.number = number }

    public static func < (a: EventID, b: EventID) -> Bool { a.number < b.number }

    public init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(UInt64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}

extension EventID: CustomStringConvertible {
    public var description: String { String(number) }
}

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
