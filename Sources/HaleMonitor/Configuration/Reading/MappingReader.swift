internal import HaleModel

/// A mapping whose keys are known. Unknown ones are reported when it is made.
struct MappingReader {
    let field: Field
    let context: ReadingContext
    private let values: [String: Field]
    private let keyPositions: [String: SourcePosition]
    /// In the file's order.
    let keys: [String]
    /// A missing key may be one that is misspelt, so that its absence is no further problem.
    let hasUnknownKeys: Bool

    var path: String { field.path }

    /// `nil` where the field is no mapping, which is reported. `known` is `nil` where the keys are free.
    init?(
        _ field: Field, keys known: [String]?, expected: String, ignoresMissing: Bool = false, _ context: ReadingContext
    ) {
        guard case .mapping(let pairs) = field.node.content else {
            context.report("expected \(expected), found \(field.node.kind)", at: field)
            return nil
        }
        self.field = field
        self.context = context
        var values: [String: Field] = [:]
        var positions: [String: SourcePosition] = [:]
        for pair in pairs {
            if let known, !known.contains(pair.key) {
                context.report(
                    "unknown key '\(pair.key)'", hint: Suggestion.hint(for: pair.key, among: known),
                    at: pair.keyPosition, field.path)
                continue
            }
            values[pair.key] = field.child(pair.key, pair.value)
            positions[pair.key] = pair.keyPosition
        }
        self.values = values
        keyPositions = positions
        keys = pairs.map(\.key).filter { values[$0] != nil }
        hasUnknownKeys = keys.count < pairs.count || ignoresMissing
    }

    subscript(key: String) -> Field? { values[key] }

    /// The mapping behind a key; where it is absent, one that says nothing.
    func field(_ key: String) -> Field {
        self[key] ?? Field(node: .emptyMapping(field.node.position), path: path.isEmpty ? key : "\(path).\(key)")
    }

    /// Where a key stands; the mapping itself where it is absent.
    func position(of key: String) -> SourcePosition { keyPositions[key] ?? field.node.position }

    func report(_ message: String, hint: String? = nil, at key: String? = nil) {
        context.report(message, hint: hint, at: key.map(position) ?? field.node.position, path)
    }

    // MARK: Values

    /// The value of a key, recorded; `nil` where it is absent or wrong.
    func optional<Value: Sendable>(_ key: String, _ kind: ScalarKind<Value>) -> Value? {
        guard let field = self[key], let setting = context.scalar(field, kind) else { return nil }
        context.record(field.path, setting, kind)
        return setting.value
    }

    /// The value of a key or what holds without it, recorded.
    func value<Value: Sendable>(_ key: String, _ kind: ScalarKind<Value>, else fallback: Setting<Value>) -> Value {
        setting(key, kind, else: fallback).value
    }

    func value<Value: Sendable>(_ key: String, _ kind: ScalarKind<Value>, else fallback: Value) -> Value {
        setting(key, kind, else: Setting(fallback)).value
    }

    func setting<Value: Sendable>(_ key: String, _ kind: ScalarKind<Value>, else fallback: Setting<Value>) -> Setting<
        Value
    > {
        let setting = self[key].flatMap { context.scalar($0, kind) } ?? fallback
        context.record(path.isEmpty ? key : "\(path).\(key)", setting, kind)
        return setting
    }
}
