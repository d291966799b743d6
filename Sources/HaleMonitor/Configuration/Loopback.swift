/// The addresses that never leave this machine.
enum Loopback {
    /// `localhost`, `::1`, and 127.0.0.0/8 (RFC 1122, 3.2.1.3), as numbers: a name that begins with `127.` is none.
    static func contains(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { UInt8($0) != nil && $0.allSatisfy(\.isNumber) }
    }
}
