internal import HaleModel

/// Reads any node as a JSON document; plain scalars by YAML's core schema.
struct JSONReader {
    let context: ReadingContext

    func read(_ field: Field) -> JSONValue? {
        switch field.node.content {
        case .scalar(_, let isPlain):
            if field.node.isNull { return .null }
            guard let text = context.text(field) else { return nil }
            return isPlain ? Self.value(text) : .string(text)
        case .sequence(let nodes):
            let values = nodes.enumerated().map { read(field.item($0.offset, $0.element)) }
            return values.contains(nil) ? nil : .array(values.compactMap { $0 })
        case .mapping(let pairs):
            var object: [String: JSONValue] = [:]
            for pair in pairs {
                guard let value = read(field.child(pair.key, pair.value)) else { return nil }
                object[pair.key] = value
            }
            return .object(object)
        case .unreadable:
            return nil
        }
    }

    private static func value(_ text: String) -> JSONValue {
        switch text {
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let isNumber = text.utf8.allSatisfy { "0123456789.eE+-".utf8.contains($0) }
        if isNumber, let number = Double(text), number.isFinite { return .number(number) }
        return .string(text)
    }
}
