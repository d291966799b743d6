internal import HaleModel

/// An `http://` or `https://` address, taken apart and checked.
struct HTTPAddress: Hashable {
    var url: String
    var endpoint: Endpoint
    var usesTLS: Bool
    /// Path and query, as sent.
    var target: String

    init(_ text: String) throws(Mismatch) {
        guard text.utf8.count <= 4_096 else { throw Mismatch("the address is longer than 4096 bytes") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Mismatch(
                "the address contains spaces, control or non-ASCII characters",
                hint: "write them percent-encoded, as %20")
        }
        guard let separator = text.firstRange(of: "://") else {
            throw Mismatch("'\(text)' is not an address", hint: "write it like http://127.0.0.1:8080/health")
        }
        switch text[..<separator.lowerBound].lowercased() {
        case "http": usesTLS = false
        case "https": usesTLS = true
        case let scheme: throw Mismatch("'\(scheme)' is not http or https")
        }
        let rest = text[separator.upperBound...]
        guard !rest.contains("#") else { throw Mismatch("an address to check has no '#fragment'") }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else {
            throw Mismatch(
                "an address to check has no user or password", hint: "use headers: {Authorization: …}")
        }
        endpoint = try Endpoint(parsing: authority, defaultPort: usesTLS ? 443 : 80)
        target = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        guard !target.contains(where: { "\"<>\\^`{|}".contains($0) }), Self.isPercentEncoded(target) else {
            throw Mismatch("'\(target)' is not a valid path", hint: "percent-encode special characters, as %7B for {")
        }
        url = text
    }

    private static func isPercentEncoded(_ text: String) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            part.utf8.count >= 2 && part.prefix(2).allSatisfy(\.isHexDigit)
        }
    }
}

extension Endpoint {
    /// `host:port`, `[::1]:port`; without a port where there is a default.
    init(parsing text: some StringProtocol, defaultPort: Int? = nil, allowsPortZero: Bool = false) throws(Mismatch) {
        let text = String(text)
        let host: String
        var portText: Substring?
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { throw Mismatch("'[' has no closing ']'") }
            host = String(text[text.index(after: text.startIndex)..<close])
            guard Self.isIPv6(host) else { throw Mismatch("'\(host.escaped)' is not an IPv6 address") }
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw Mismatch("'\(text.escaped)' is not host:port", hint: "write it like [::1]:8080")
            }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else {
                throw Mismatch(
                    "'\(text.escaped)' is not host:port", hint: "write IPv6 addresses in brackets, as [::1]:8080")
            }
            host = String(parts[0])
            portText = parts.count == 2 ? parts[1] : nil
            guard Self.isHost(host) else {
                throw Mismatch(
                    host.isEmpty ? "the host is missing" : "'\(host.escaped)' is not a host name or IP address")
            }
        }
        guard let portText else {
            guard let defaultPort else {
                throw Mismatch("'\(text.escaped)' has no port", hint: "write it like 127.0.0.1:5432")
            }
            self.init(host: host, port: defaultPort)
            return
        }
        let lowest = allowsPortZero ? 0 : 1
        guard (1...5).contains(portText.utf8.count), portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(portText), (lowest...65_535).contains(port)
        else { throw Mismatch("'\(String(portText).escaped)' is not a port; expected \(lowest) to 65535") }
        self.init(host: host, port: port)
    }

    /// A host name or a dotted IPv4 address.
    static func isHost(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.last.flatMap({ UInt32($0) }) != nil {
            return labels.count == 4 && labels.allSatisfy { isOctet($0) }
        }
        // One dot at the end roots a name.
        let named = labels.last == "" && labels.count > 1 ? labels.dropLast() : labels[...]
        return named.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(\.isWordByte) && !label.hasPrefix("-")
                && !label.hasSuffix("-")
        }
    }

    /// An IPv4 or IPv6 address without a zone.
    static func isAddress(_ text: String) -> Bool {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets.allSatisfy(isOctet) || isIPv6(text)
    }

    private static func isOctet(_ text: Substring) -> Bool {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return false
        }
        return UInt8(text) != nil && (text == "0" || !text.hasPrefix("0"))
    }

    /// Eight groups of up to four hexadecimal digits, one run of them replaceable by `::`, the last two by an IPv4
    /// address. Zones are not accepted.
    static func isIPv6(_ text: String) -> Bool {
        guard (2...45).contains(text.utf8.count) else { return false }
        func groups(_ part: Substring, endsAddress: Bool) -> Int? {
            guard !part.isEmpty else { return 0 }
            let words = part.split(separator: ":", omittingEmptySubsequences: false)
            var count = 0
            for (index, word) in words.enumerated() {
                if word.contains(".") {
                    let octets = word.split(separator: ".", omittingEmptySubsequences: false)
                    guard endsAddress, index == words.count - 1, octets.count == 4, octets.allSatisfy(isOctet) else {
                        return nil
                    }
                    count += 2
                } else {
                    guard (1...4).contains(word.utf8.count), word.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                        return nil
                    }
                    count += 1
                }
            }
            return count
        }
        guard let gap = text.firstRange(of: "::") else { return groups(text[...], endsAddress: true) == 8 }
        guard let before = groups(text[..<gap.lowerBound], endsAddress: false),
            let after = groups(text[gap.upperBound...], endsAddress: true)
        else { return false }
        return before + after <= 7
    }
}

extension ScalarKind<HTTPAddress> {
    static let address = ScalarKind("an address such as http://127.0.0.1:8080/health", show: { .string($0.url) }) {
        text throws(Mismatch) in try HTTPAddress(text)
    }
}

extension ScalarKind<Endpoint> {
    static func endpoint(allowsPortZero: Bool = false) -> Self {
        .init("host:port", show: { .string($0.description) }) { text throws(Mismatch) in
            try Endpoint(parsing: text, allowsPortZero: allowsPortZero)
        }
    }
}
