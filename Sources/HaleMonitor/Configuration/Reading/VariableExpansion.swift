/// `${NAME}` and `${NAME:-default}` within a scalar; `$${` stands for `${`. All is looked for byte by byte: what a byte
/// belongs to for a reader, such as a letter with its accents, makes no difference.
enum VariableExpansion {
    /// The text that expands to this one.
    static func escape(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.range(of: "${") {
            result += rest[..<dollar.lowerBound] + "$${"
            rest = rest[dollar.upperBound...]
        }
        return result + rest
    }

    static func expand(_ text: String, _ environment: [String: String]) throws(Mismatch) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.range(of: "${") {
            let before = rest[..<dollar.lowerBound]
            if before.utf8.last == UInt8(ascii: "$") {
                result += String(before.unicodeScalars.dropLast()) + "${"
                rest = rest[dollar.upperBound...]
                continue
            }
            result += before
            guard let close = rest[dollar.upperBound...].utf8.firstIndex(of: UInt8(ascii: "}")) else {
                throw Mismatch("'${' has no closing '}'", hint: "write '$${' for the characters themselves")
            }
            result += try value(of: rest[dollar.upperBound..<close], environment)
            rest = rest[rest.utf8.index(after: close)...]
        }
        return result + rest
    }

    private static func value(of inner: Substring, _ environment: [String: String]) throws(Mismatch) -> String {
        let marker = inner.range(of: ":-")
        let name = String(marker.map { inner[..<$0.lowerBound] } ?? inner)
        guard isName(name) else {
            throw Mismatch(
                "'${\(inner)}' does not name an environment variable", hint: "write ${NAME} or ${NAME:-default}")
        }
        if let marker {
            let value = environment[name] ?? ""
            return value.isEmpty ? String(inner[marker.upperBound...]) : value
        }
        guard let value = environment[name] else {
            throw Mismatch(
                "environment variable \(name) is not set", hint: "set it, or give a default: ${\(name):-default}")
        }
        return value
    }

    /// `[A-Za-z_][A-Za-z0-9_]*`
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { $0.isWordByte && $0 != UInt8(ascii: "-") }
    }
}

extension Substring {
    /// The first place of a text within this one.
    fileprivate func range(of text: String) -> Range<Index>? {
        let needle = Array(text.utf8)
        var start = startIndex
        while let found = self[start...].utf8.firstIndex(of: needle[0]) {
            let tail = utf8[found...]
            if tail.starts(with: needle) { return found..<tail.index(found, offsetBy: needle.count) }
            start = utf8.index(after: found)
        }
        return nil
    }
}
