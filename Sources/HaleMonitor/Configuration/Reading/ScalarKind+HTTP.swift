internal import HaleModel
internal import HaleProbes

extension ScalarKind<ClosedRange<Int>> {
    /// One status code or a range of them.
    static let status = ScalarKind(
        "a status such as 200 or \"200-299\"",
        show: { .string($0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)") }
    ) { text throws(Mismatch) in
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let codes = parts.compactMap { $0.utf8.count == 3 ? Int($0) : nil }
        guard (1...2).contains(parts.count), codes.count == parts.count, codes.allSatisfy((100...599).contains),
            let first = codes.first, let last = codes.last, first <= last
        else {
            throw Mismatch(
                "'\(text)' is not a status", hint: "write 200, \"200-299\" or [200, \"301-302\"], within 100 to 599")
        }
        return first...last
    }
}

extension ScalarKind<String> {
    static func headerValue(isSecret: Bool) -> Self {
        ScalarKind("a text", show: { .string(isSecret ? Secrets.shown : $0) }) { text throws(Mismatch) in
            guard text.utf8.count <= 8_192 else { throw Mismatch("is longer than 8192 bytes") }
            guard text.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
                throw Mismatch("a header field must not contain line breaks or control characters")
            }
            return text
        }.orInFile()
    }
}

extension ScalarKind<TextMatch> {
    /// A text, or a regular expression between slashes.
    static let match = ScalarKind(
        "a text or /regular expression/",
        show: {
            switch $0 {
            case .contains(let text): .string(text)
            case .regex(let pattern): .string("/\(pattern)/")
            }
        }
    ) { text throws(Mismatch) in
        guard !text.isEmpty else { throw Mismatch("expected a text or /regular expression/, found an empty text") }
        guard text.utf8.count <= 16_384 else { throw Mismatch("is longer than 16384 bytes") }
        guard text.count >= 2, text.hasPrefix("/"), text.hasSuffix("/") else { return .contains(text) }
        let pattern = String(text.dropFirst().dropLast())
        guard !pattern.isEmpty else { throw Mismatch("the regular expression is empty") }
        do {
            _ = try Pattern(pattern)
        } catch {
            throw Mismatch("not a regular expression of ICU's syntax")
        }
        return .regex(pattern)
    }
}

extension String {
    /// Whether it is a token of HTTP (RFC 9110): the name of a header field or a method.
    var isHTTPToken: Bool {
        !isEmpty && utf8.allSatisfy { $0.isWordByte || "!#$%&'*+.^`|~".utf8.contains($0) }
    }

    /// Fit for one line of a message: control characters escaped, at most 100 characters.
    var escaped: String {
        let text = prefix(100).unicodeScalars.map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return text.joined() + (count > 100 ? "…" : "")
    }
}
