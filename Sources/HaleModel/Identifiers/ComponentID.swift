/// The name of a component: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`.
public struct ComponentID: Hashable, Comparable, Sendable {
    public static let maxLength = 128
    public let name: String

    /// `nil` when the text is not a component id.
    public init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= Self.maxLength, first.isASCIIAlphanumeric,
            bytes.allSatisfy({
                $0.isASCIIAlphanumeric || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
            })
        else { return nil }
        name = String(text)
    }

    public static func < (a: ComponentID, b: ComponentID) -> Bool { a.name < b.name }
}

extension ComponentID: CustomStringConvertible {
    public var description: String { name }
}

extension ComponentID: ExpressibleByStringLiteral {
    /// For ids written in code; a text that is not an id stops the program.
    public init(stringLiteral value: String) {
        guard let id = ComponentID(value) else { preconditionFailure("'\(value)' is not a component id") }
        self = id
    }
}

extension ComponentID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ComponentID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not a component id")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

extension UInt8 {
    fileprivate var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension ComponentID: CodingKeyRepresentable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public var codingKey: any CodingKey { Key(stringValue: name) }

    public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}
