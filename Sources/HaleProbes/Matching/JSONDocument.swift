import HaleModel
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Checks a JSON document against what is expected of it.
enum JSONDocument {
    /// `nil` when every expectation is met.
    static func complaint(_ body: ByteBuffer, _ expectations: [HTTPCheckPlan.JSONExpectation]) -> String? {
        guard body.readableBytes > 0 else { return "body is not JSON: it is empty" }
        let data = body.withUnsafeReadableBytes { Data($0) }
        guard let document = try? JSONDecoder().decode(JSONValue.self, from: data) else {
            let beginning = String(decoding: body.readableBytesView.prefix(40), as: UTF8.self)
            return "body is not JSON: it begins \(quoted(beginning))"
        }
        for expectation in expectations {
            let path = components(expectation.path)
            let name = (["$"] + path).map { quotable($0) }.joined(separator: ".")
            switch value(at: path, in: document) {
            case expectation.equals?: continue
            case nil: return "\(name) is missing, expected \(described(expectation.equals))"
            case let found?: return "\(name) is \(described(found)), expected \(described(expectation.equals))"
            }
        }
        return nil
    }

    private static func components(_ path: String) -> ArraySlice<Substring> {
        let parts = path.split(separator: ".")
        return parts.first == "$" ? parts.dropFirst() : parts[...]
    }

    private static func value(at path: ArraySlice<Substring>, in document: JSONValue) -> JSONValue? {
        var value = document
        for part in path {
            switch value {
            case .object(let members):
                guard let member = members[String(part)] else { return nil }
                value = member
            case .array(let elements):
                guard let index = Int(part), elements.indices.contains(index) else { return nil }
                value = elements[index]
            case .null, .bool, .number, .string: return nil
            }
        }
        return value
    }

    private static func described(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): String(value)
        case .number(let value): Int64(exactly: value).map(String.init) ?? String(value)
        case .string(let value): quoted(value)
        case .array(let elements): "an array of \(elements.count)"
        case .object: "an object"
        }
    }
}
