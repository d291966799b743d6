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
