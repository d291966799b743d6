internal import HaleModel

/// Why a text is not what was expected.
struct Mismatch: Error, Hashable {
    var message: String
    var hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// A node and what it is called.
struct Field {
    var node: YAMLNode
    var path: String

    func child(_ key: String, _ node: YAMLNode) -> Field {
        Field(node: node, path: path.isEmpty ? key : "\(path).\(key)")
    }
    func item(_ index: Int, _ node: YAMLNode) -> Field { Field(node: node, path: "\(path)[\(index)]") }
}

/// A value and where it came from.
struct Setting<Value> {
    var value: Value
    var origin: ConfigurationOrigin
    /// Not to be shown: it came from a variable with a name such as `API_TOKEN`.
    var isSecret: Bool

    init(_ value: Value, _ origin: ConfigurationOrigin = .default, isSecret: Bool = false) {
        self.value = value
        self.origin = origin
        self.isSecret = isSecret
    }
}

/// What every reader of one configuration shares: where it is, and what was found wrong or in force so far.
final class ReadingContext {
    static let maxProblems = 500

    /// As they were named, for messages; the first is the configuration file, the others are those of `hale.d`.
    let files: [String]
    /// Relative paths count from here.
    let directory: String
    let environment: [String: String]
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var entries: [ConfigurationDescription.Entry] = []

    init(files: [String], directory: String, environment: [String: String]) {
        self.files = files
        self.directory = directory
        self.environment = environment
    }

    func report(_ problem: ConfigurationProblem) {
        guard problems.count < Self.maxProblems else { return }
        problems.append(problem)
    }

    func report(_ message: String, hint: String? = nil, at field: Field) {
        if case .unreadable = field.node.content { return }
        report(message, hint: hint, at: field.node.position, field.path)
    }

    func report(_ message: String, hint: String? = nil, at position: SourcePosition, _ path: String) {
        report(
            .init(
                file: files[position.file], line: position.line, column: position.column, path: path, message: message,
                hint: hint))
    }

    /// Where a field stands, for people.
    func place(of position: SourcePosition) -> String { "\(files[position.file]):\(position.line)" }

    func origin(of field: Field) -> ConfigurationOrigin {
        .file(files[field.node.position.file], line: field.node.position.line)
    }

    func record(_ path: String, _ value: JSONValue, _ origin: ConfigurationOrigin) {
        entries.append(.init(path: path, value: value, origin: origin))
    }

    func record<Value: Sendable>(_ path: String, _ setting: Setting<Value>, _ kind: ScalarKind<Value>) {
        record(path, setting.isSecret ? .string(Secrets.shown) : kind.show(setting.value), setting.origin)
    }

    // MARK: Single values

    /// The text of a single value, `${}` expanded; `nil` where it is none, which is reported.
    func text(_ field: Field) -> String? {
        guard case .scalar(let raw, _) = field.node.content, !field.node.isNull else {
            report("expected a single value, found \(field.node.kind)", at: field)
            return nil
        }
        do {
            return try VariableExpansion.expand(raw, environment)
        } catch {
            report(error.message, hint: error.hint, at: field)
            return nil
        }
    }

    /// The value of a field; `nil` where it does not fit, which is reported.
    func scalar<Value: Sendable>(_ field: Field, _ kind: ScalarKind<Value>) -> Setting<Value>? {
        if kind.mayBeInFile, let secret = SecretFile(field, self) { return secret.read(kind) }
        if case .scalar(let raw, _) = field.node.content, !field.node.isNull {
            guard let text = text(field) else { return nil }
            do {
                return Setting(
                    try kind.parse(text), origin(of: field), isSecret: Secrets.expands(raw))
            } catch {
                report(error.message, hint: error.hint, at: field)
            }
        } else {
            report("expected \(kind.expected), found \(field.node.kind)", hint: kind.hint, at: field)
        }
        return nil
    }

    // MARK: Lists

    /// The fields of a list; `nil` where it is none, which is reported.
    func items(_ field: Field, expected: String) -> [Field]? {
        guard case .sequence(let nodes) = field.node.content else {
            report("expected \(expected), found \(field.node.kind)", at: field)
            return nil
        }
        return nodes.enumerated().map { field.item($0.offset, $0.element) }
    }
}
