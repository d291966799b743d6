import HaleModel

/// Makes of a registration what would stand in `hale.yaml` for it. What would run a program, or read a file or variable of
/// Hale's, is refused: whoever may register need not be whoever may log in.
struct RegistrationReader {
    /// How registrations are named where a file would be.
    static let file = "registered"

    private static let forbidden: [String: String] = [
        "run": "a registered component has no program of Hale's; put it into hale.yaml",
        "heal": "a registered component has no remedy; put it into hale.yaml",
        "autoHeal": "a registered component has no remedy; put it into hale.yaml",
        "hooks": "a registered component has no hooks; put it into hale.yaml",
        "command": "a registered component runs no command; put it into hale.yaml",
        "process": "a registered component looks at no process; put it into hale.yaml",
        "ca": "a registered component names no file; put it into hale.yaml",
        "file": "a registered component names no file; put it into hale.yaml",
    ]
    /// Mappings whose keys are names and no words of Hale's.
    private static let named: Set<String> = ["labels", "headers", "limits", "json"]

    let registration: ComponentRegistration
    private(set) var problems: [ConfigurationProblem] = []

    init(_ registration: ComponentRegistration) { self.registration = registration }

    mutating func node() -> YAMLNode {
        var definition = registration.definition
        readBreaker(&definition)
        return mapping(definition, at: "components.\(registration.id)", isNamed: false)
    }

    /// The words that other monitors use: `enable_circuit_breaker`, `circuit_breaker_config`.
    private mutating func readBreaker(_ definition: inout [String: JSONValue]) {
        let path = "components.\(registration.id)"
        let isOn = definition.removeValue(forKey: "enable_circuit_breaker") ?? .bool(true)
        let settings = definition.removeValue(forKey: "circuit_breaker_config") ?? .null
        guard case .bool(let isOn) = isOn else {
            return report("expected true or false", at: "\(path).enable_circuit_breaker")
        }
        var breaker: [String: JSONValue] = [:]
        switch settings {
        case .null: break
        case .object(let values):
            for (key, value) in values {
                switch (key, value) {
                case ("failure_threshold", _): breaker["failures"] = value
                case ("success_threshold", _): breaker["successes"] = value
                case ("recovery_timeout", .number(let seconds)) where (0.1...86_400).contains(seconds):
                    breaker["open"] = .string("\(TimeSpan(seconds: seconds))")
                case ("recovery_timeout", .string): breaker["open"] = value
                case ("recovery_timeout", _):
                    report("expected seconds or a duration such as 60s", at: "\(path).circuit_breaker_config.\(key)")
                default:
                    report(
                        "unknown key '\(key)'; expected failure_threshold, recovery_timeout or success_threshold",
                        at: "\(path).circuit_breaker_config")
                }
            }
        default: report("expected an object", at: "\(path).circuit_breaker_config")
        }
        guard !isOn || !breaker.isEmpty else { return }
        if definition["breaker"] != nil {
            return report("'breaker' is given beside enable_circuit_breaker or circuit_breaker_config", at: path)
        }
        definition["breaker"] = isOn ? .object(breaker) : "off"
    }

    private mutating func mapping(_ values: [String: JSONValue], at path: String, isNamed: Bool) -> YAMLNode {
        var words: Set<String> = []
        let pairs = values.sorted { $0.key < $1.key }.map { key, value in
            let word = isNamed ? key : Self.camelCase(key)
            if !words.insert(word).inserted { report("'\(word)' is given twice, also as \(key)", at: path) }
            if !isNamed, let reason = Self.forbidden[word] { report("\(key): \(reason)", at: path) }
            return YAMLNode.Pair(
                key: word, keyPosition: .start,
                value: node(value, at: "\(path).\(key)", isNamed: !isNamed && Self.named.contains(word)))
        }
        return YAMLNode(content: .mapping(pairs), position: .start)
    }

    private mutating func node(_ value: JSONValue, at path: String, isNamed: Bool) -> YAMLNode {
        switch value {
        case .null: return scalar("", isPlain: true)
        case .bool(let value): return scalar(value ? "true" : "false", isPlain: true)
        case .number(let value): return scalar(Int64(exactly: value).map { "\($0)" } ?? "\(value)", isPlain: true)
        // Nothing is expanded: what looks like a variable is the characters themselves.
        case .string(let text): return scalar(VariableExpansion.escape(text), isPlain: false)
        case .array(let values):
            let nodes = values.enumerated().map { node($0.element, at: "\(path)[\($0.offset)]", isNamed: false) }
            return YAMLNode(content: .sequence(nodes), position: .start)
        case .object(let values):
            return mapping(values, at: path, isNamed: isNamed)
        }
    }

    private func scalar(_ text: String, isPlain: Bool) -> YAMLNode {
        YAMLNode(content: .scalar(text, isPlain: isPlain), position: .start)
    }

    private mutating func report(_ message: String, at path: String) {
        problems.append(.init(file: Self.file, line: 0, column: 0, path: path, message: message))
    }

    /// `failure_threshold` as the configuration writes it: `failureThreshold`.
    static func camelCase(_ key: String) -> String {
        let words = key.split(separator: "_", omittingEmptySubsequences: false)
        guard words.count > 1, words.allSatisfy({ !$0.isEmpty }) else { return key }
        return words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }
}
