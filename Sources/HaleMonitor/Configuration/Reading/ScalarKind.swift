internal import HaleModel

/// What a single value has to be: how it is read from its text and how it is shown again.
struct ScalarKind<Value: Sendable>: Sendable {
    /// In words, with its article: `a duration such as 10s`.
    var expected: String
    var hint: String?
    var parse: @Sendable (String) throws(Mismatch) -> Value
    var show: @Sendable (Value) -> JSONValue
    /// Whether `{file: PATH}` may stand for it.
    var mayBeInFile = false

    init(
        _ expected: String, hint: String? = nil, show: @escaping @Sendable (Value) -> JSONValue,
        parse: @escaping @Sendable (String) throws(Mismatch) -> Value
    ) {
        self.expected = expected
        self.hint = hint
        self.parse = parse
        self.show = show
    }

    /// What it is, or `{file: PATH}` for a file that holds it.
    func orInFile() -> Self {
        var kind = self
        kind.mayBeInFile = true
        return kind
    }

    /// What it is, or one word that stands for none of it, such as `never`.
    func orNone(_ word: String) -> ScalarKind<Value?> {
        ScalarKind<Value?>("\(expected), or '\(word)'", hint: hint, show: { $0.map(show) ?? .string(word) }) {
            text throws(Mismatch) in
            if text == word { return nil }
            do throws(Mismatch) {
                return try parse(text)
            } catch {
                var error = error
                error.hint = error.hint ?? "or '\(word)'"
                throw error
            }
        }
    }
}

extension ScalarKind<String> {
    static func text(maxLength: Int = 4_096) -> Self {
        ScalarKind("a text", show: { .string($0) }) { text throws(Mismatch) in
            guard !text.isEmpty else { throw Mismatch("expected a text, found an empty one") }
            guard text.utf8.count <= maxLength else { throw Mismatch("is longer than \(maxLength) bytes") }
            guard !text.utf8.contains(0) else { throw Mismatch("contains a NUL character") }
            return text
        }.orInFile()
    }

    /// Letters, digits, `.`, `_` and `-`: names of checks.
    static let name = ScalarKind("a name", show: { .string($0) }) { text throws(Mismatch) in
        guard ComponentID(text) != nil else {
            throw Mismatch(
                "'\(text)' is not a name",
                hint: "use letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 128")
        }
        return text
    }

    /// An account or group of the system, by name or number.
    static let account = ScalarKind("a name or number", show: { .string($0) }) { text throws(Mismatch) in
        guard !text.isEmpty, text.utf8.count <= 256, !text.hasPrefix("-"),
            text.utf8.allSatisfy({ $0.isWordByte || ".@$\\".utf8.contains($0) })
        else { throw Mismatch("'\(text)' is not the name or number of an account") }
        return text
    }

    /// A path, made absolute.
    static func path(from directory: String) -> Self {
        .init("a path", show: { .string($0) }) { text throws(Mismatch) in
            guard !text.isEmpty else { throw Mismatch("expected a path, found an empty text") }
            guard !text.hasPrefix("~") else { throw Mismatch("'~' is not expanded", hint: "write ${HOME}") }
            guard text.utf8.count <= 4_096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw Mismatch("is not a path: too long, or with control characters")
            }
            return Paths.absolute(text, from: directory)
        }
    }

    /// A file mode creation mask.
    static let umask = ScalarKind("an octal mask such as \"022\"", show: { .string($0) }) { text throws(Mismatch) in
        guard (3...4).contains(text.utf8.count), let value = UInt16(text, radix: 8), value <= 0o777,
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) })
        else { throw Mismatch("'\(text)' is not an octal mask", hint: "write three octal digits such as \"022\"") }
        return text
    }
}

extension ScalarKind<Bool> {
    static let boolean = ScalarKind("true or false", show: { .bool($0) }) { text throws(Mismatch) in
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: throw Mismatch("'\(text)' is not true or false")
        }
    }
}

extension ScalarKind where Value: CaseIterable & RawRepresentable<String> {
    static func choice(_ type: Value.Type = Value.self) -> Self {
        let words = Value.allCases.map(\.rawValue)
        return .init(Suggestion.oneOf(words), show: { .string($0.rawValue) }) { text throws(Mismatch) in
            guard let value = Value(rawValue: text) else {
                throw Mismatch(
                    "'\(text)' is not \(Suggestion.oneOf(words))",
                    hint: Suggestion.nearest(to: text, among: words).map { "did you mean '\($0)'?" })
            }
            return value
        }
    }
}
