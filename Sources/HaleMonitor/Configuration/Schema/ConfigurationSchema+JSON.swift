package import HaleModel

extension ConfigurationSchema {
    /// The table as a JSON Schema (draft 2020-12).
    package static var json: JSONValue {
        var definitions = Dictionary(uniqueKeysWithValues: mappings.map { ($0.name, $0.json) })
        definitions["check"] = ["anyOf": .array(CheckKind.allCases.map { reference($0.rawValue) })]
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "hale.yaml",
            "$ref": "#/$defs/document", "$defs": .object(definitions),
        ]
    }

    fileprivate static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/\(name)")] }
}

extension SchemaMapping {
    fileprivate var json: JSONValue {
        var result: [String: JSONValue] = [
            "type": "object", "additionalProperties": false,
            "properties": .object(Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0.json) })),
        ]
        if !required.isEmpty { result["required"] = .array(required.map { .string($0) }) }
        if !oneOf.isEmpty { result["anyOf"] = .array(oneOf.map { ["required": [.string($0)]] }) }
        return .object(result)
    }
}

extension SchemaKey {
    fileprivate var json: JSONValue {
        guard case .object(var result) = type.json else { return type.json }
        result["description"] = .string(about + (standard.map { " Default: \($0)." } ?? ""))
        return .object(result)
    }
}

extension SchemaType {
    /// A reference to a variable, which may stand for any single value.
    private static let variable = #"\$\{"#

    fileprivate var json: JSONValue {
        switch self {
        case .text: ["type": ["string", "number", "boolean"]]
        case .secret: Self.any([SchemaType.text.json, Self.file])
        case .boolean: Self.any([["type": "boolean"], Self.pattern("^([Tt]rue|TRUE|[Ff]alse|FALSE)$")])
        case .integer(let range):
            Self.any([
                [
                    "type": "integer", "minimum": .number(Double(range.lowerBound)),
                    "maximum": .number(Double(range.upperBound)),
                ], Self.pattern("^[+-]?[0-9]+$"),
            ])
        case .number(let range):
            Self.any([
                ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)],
                Self.pattern("^[0-9.eE+-]+$"),
            ])
        case .share:
            Self.any([["type": "number", "minimum": 0, "maximum": 1], Self.pattern("^[0-9.]+%?$")])
        case .duration: Self.any([["const": 0], Self.pattern("^(0|([0-9.]+(d|h|m|s|ms|us|ns))+)$")])
        case .size: Self.pattern("^[0-9.]+([KMGT]i?B|kB|B)$")
        case .endpoint: Self.pattern(#"^.+:[0-9]+$"#)
        case .rate: Self.pattern("^[0-9]+/([0-9.]*[a-z]+)+$")
        case .choice(let words):
            Self.any([["enum": .array(words.map { .string($0) })], Self.pattern(Self.variable, orVariable: false)])
        case .orWord(let type, let word): Self.any([["const": .string(word)], type.json])
        case .command: SchemaType.list(.text, atLeast: 1).json
        case .list(let type, let least):
            ["type": "array", "items": type.json, "minItems": .number(Double(least))]
        case .oneOrMore(let type): Self.any([type.json, SchemaType.list(type, atLeast: 0).json])
        case .named(let type): ["type": "object", "additionalProperties": type.json]
        case .mapping(let name): ConfigurationSchema.reference(name)
        case .either(let types): Self.any(types.map(\.json))
        case .document: [:]
        }
    }

    private static func any(_ types: [JSONValue]) -> JSONValue { ["anyOf": .array(types)] }

    private static func pattern(_ pattern: String, orVariable: Bool = true) -> JSONValue {
        ["type": "string", "pattern": .string(orVariable ? "\(pattern)|\(variable)" : pattern)]
    }

    private static let file: JSONValue = [
        "type": "object", "properties": ["file": ["type": "string"]], "required": ["file"],
        "additionalProperties": false,
    ]
}
