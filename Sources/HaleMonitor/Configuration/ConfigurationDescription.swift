package import HaleModel

/// Where a value in force came from.
package enum ConfigurationOrigin: Hashable, Sendable {
    case file(String, line: Int)
    case commandLine(String)
    case environment(String)
    case `default`
}

extension ConfigurationOrigin: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let name, let line): "\(name):\(line)"
        case .commandLine(let option): "command line \(option)"
        case .environment(let name): "environment \(name)"
        case .default: "default"
        }
    }
}

/// Every value in force and where it came from, for `hale config`.
package struct ConfigurationDescription: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        /// Such as `components.api.check.interval`.
        package var path: String
        package var value: JSONValue
        package var origin: ConfigurationOrigin
    }

    /// In the order they were read.
    package var entries: [Entry]

    /// One line per value: `components.api.check.interval: 10s  # hale.yaml:12`.
    package var lines: [String] {
        let texts = entries.map { "\($0.path): \(Self.text($0.value))" }
        let width = min(texts.lazy.map(\.count).max() ?? 0, 72)
        return zip(texts, entries).map { text, entry in
            text + String(repeating: " ", count: max(0, width - text.count)) + "  # \(entry.origin)"
        }
    }

    /// A list of objects with `path`, `value` and `origin`.
    package var json: JSONValue {
        .array(
            entries.map { entry in
                ["path": .string(entry.path), "value": entry.value, "origin": .string("\(entry.origin)")]
            })
    }

    /// A value in YAML's flow style.
    package static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): Int64(exactly: value).map { String($0) } ?? String(value)
        case .string(let value): isPlain(value) ? value : quoted(value)
        case .array(let values): "[" + values.map(text).joined(separator: ", ") + "]"
        case .object(let values):
            "{"
                + values.sorted { $0.key < $1.key }.map { "\(quotedIfNeeded($0.key)): \(text($0.value))" }
                .joined(separator: ", ") + "}"
        }
    }

    private static func quotedIfNeeded(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// Whether the text needs no quotes anywhere in YAML and would not be read as something other than text.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.allSatisfy({ $0.isWordByte || "./:+@%".utf8.contains($0) }),
            first.isWordByte || first == UInt8(ascii: "/") || first == UInt8(ascii: "."), text != "-", text != "---",
            !text.hasSuffix(":")
        else { return false }
        return !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased()) && Double(text) == nil
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                result += "\\x" + String(scalar.value, radix: 16, uppercase: true, width: 2)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
