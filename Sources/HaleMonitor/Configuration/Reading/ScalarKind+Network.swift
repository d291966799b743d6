internal import HaleModel

extension ScalarKind<String> {
    /// A name that is resolved, no address.
    static let hostName = ScalarKind("a host name such as example.org", show: { .string($0) }) {
        text throws(Mismatch) in
        guard !Endpoint.isAddress(text) else { throw Mismatch("'\(text)' is an address; expected a host name") }
        guard Endpoint.isHost(text) else {
            throw Mismatch("'\(text.escaped)' is not a host name", hint: "write it like example.org")
        }
        return text
    }

    static let ipAddress = ScalarKind("an IP address", show: { .string($0) }) { text throws(Mismatch) in
        guard Endpoint.isAddress(text) else {
            throw Mismatch("'\(text.escaped)' is not an IP address", hint: "write it like 192.0.2.1 or 2001:db8::1")
        }
        return text
    }
}

extension ScalarKind<Endpoint> {
    /// A host, and a port where it is not the usual one.
    private static func endpoint(usualPort: Int) -> Self {
        .init("host or host:port", show: { .string($0.description) }) { text throws(Mismatch) in
            if Endpoint.isIPv6(text) { return Endpoint(host: text, port: usualPort) }
            return try Endpoint(parsing: text, defaultPort: usualPort)
        }
    }

    static let nameServer = endpoint(usualPort: 53)
    static let tlsServer = endpoint(usualPort: 443)
}
