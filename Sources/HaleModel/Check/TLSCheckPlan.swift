/// A TLS check: a handshake, and a certificate that is valid and stays so for a while.
public struct TLSCheckPlan: Hashable, Sendable {
    public var endpoint: Endpoint
    /// The name that the certificate must be for. Default: the endpoint's host.
    public var serverName: String?
    /// Time left below which the result is degraded; `nil`: never. Default 14 days.
    public var expires: TimeSpan?
    /// Whether the certificate must be valid and for the name. Default true.
    public var verifiesCertificate: Bool
    /// A PEM file of further trusted roots.
    public var trustedRoots: String?

    public init(
        endpoint: Endpoint, serverName: String? = nil, expires: TimeSpan? = .days(14), verifiesCertificate: Bool = true,
        trustedRoots: String? = nil
    ) {
        self.endpoint = endpoint
        self.serverName = serverName
        self.expires = expires
        self.verifiesCertificate = verifiesCertificate
        self.trustedRoots = trustedRoots
    }
}
