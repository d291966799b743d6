import Foundation
import HTTPTypes
import HaleModel

/// What a client asks over a WebSocket: `{"type": "subscribe", "after": "812"}`.
struct SubscribeRequest: Hashable, Sendable {
    /// Events after this one; `nil`: from now on.
    var after: EventID?
    var kind: EventKind?
    var component: ComponentID?

    private static let keys: Set<String> = ["type", "after", "kind", "component"]

    init(_ text: String) throws(Problem) {
        guard let values = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8)) else {
            throw Problem(.badRequest, "expected a JSON object such as {\"type\": \"subscribe\"}")
        }
        guard values["type"] == "subscribe" else {
            throw Problem(.badRequest, "\"type\": expected \"subscribe\"")
        }
        if let unknown = values.keys.sorted().first(where: { !Self.keys.contains($0) }) {
            throw Problem(.badRequest, "unknown key \"\(unknown)\"; expected after, kind or component")
        }
        after = try Self.text(values, "after", "an event id") { UInt64($0).map { EventID($0) } }
        kind = try Self.text(values, "kind", "a kind of event such as state_changed") { EventKind(rawValue: $0) }
        component = try Self.text(values, "component", "a component id") { ComponentID($0) }
    }

    private static func text<Value>(
        _ values: [String: JSONValue], _ key: String, _ expected: String, _ make: (String) -> Value?
    ) throws(Problem) -> Value? {
        switch values[key] {
        case nil, .null?: return nil
        case .string(let text)?:
            if let value = make(text) { return value }
        default: break
        }
        throw Problem(.badRequest, "\"\(key)\": expected \(expected)")
    }
}

/// The subscription is in force from after this event on.
struct SubscribedMessage: Encodable {
    var type = "subscribed"
    var after: String
}

struct EventMessage: Encodable {
    var type = "event"
    var event: EventDocument
}

struct ErrorMessage: Encodable {
    var type = "error"
    var detail: String
}
