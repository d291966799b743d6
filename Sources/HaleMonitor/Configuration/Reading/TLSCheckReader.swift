internal import HaleModel

/// Reads what belongs to a `tls:` check alone.
struct TLSCheckReader {
    static let keys = ["serverName", "expires", "verify", "ca"]
    static let expires: ClosedRange<TimeSpan> = .hours(1) ... .days(3_650)

    let map: MappingReader

    func read() -> TLSCheckPlan? {
        let endpoint = map.optional("tls", .tlsServer)
        let name = map.optional("serverName", .hostName)
        let expires = map.value(
            "expires", ScalarKind.duration(Self.expires).orNone("off"), else: Setting(TimeSpan.days(14)))
        let verifies = map.value("verify", .boolean, else: true)
        let roots = TrustedRootsReader(map: map).read()
        return endpoint.map {
            TLSCheckPlan(
                endpoint: $0, serverName: name, expires: expires, verifiesCertificate: verifies, trustedRoots: roots)
        }
    }
}
