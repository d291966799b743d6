/// The `host[:port]` of a `Host` or an `Origin`.
struct Authority: Hashable {
    /// In lower case, without brackets.
    let host: String
    let port: String?

    /// `nil` where the text is none.
    init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        guard !text.isEmpty, text.utf8.count <= 300, !text.contains(where: { "/@?# \t\\".contains($0) }) else {
            return nil
        }
        var rest = Substring(text)
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<close])
            rest = rest[rest.index(after: close)...]
        } else {
            host = String(rest.prefix { $0 != ":" })
            rest = rest.dropFirst(host.count)
        }
        guard !host.isEmpty else { return nil }
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.first == ":", (1...5).contains(rest.count - 1), rest.dropFirst().allSatisfy(\.isASCIIDigit)
            else {
                return nil
            }
            port = String(rest.dropFirst())
        }
    }

    /// From `http://host[:port]` or `https://host[:port]`.
    init?(origin: String) {
        guard let scheme = ["http://", "https://"].first(where: { origin.lowercased().hasPrefix($0) }) else {
            return nil
        }
        self.init(origin.dropFirst(scheme.count))
    }

    /// An address and no name: nobody can make a name point to it that was not theirs.
    var isAddress: Bool {
        if host.contains(":") { return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { $0.count <= 3 && UInt8($0) != nil && $0.allSatisfy(\.isASCIIDigit) }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
