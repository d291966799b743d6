import HaleModel

/// A TLS plan made ready.
final class TLSCheck: Sendable {
    let plan: TLSCheckPlan
    let target: Target
    let trust: TLSTrust

    init(_ plan: TLSCheckPlan) throws(PlanError) {
        self.plan = plan
        target = try Target(plan.endpoint)
        // No protocol is offered: a server of another one than HTTP would refuse the handshake.
        trust = TLSTrust(
            verifiesCertificate: plan.verifiesCertificate,
            roots: plan.verifiesCertificate ? plan.trustedRoots : nil, protocols: [])
    }

    /// What the certificate is to be for, as messages name it.
    var host: String { plan.serverName ?? plan.endpoint.host }

    /// The name for TLS; none for an address.
    var serverName: String? {
        if let name = plan.serverName { return name.hasSuffix(".") ? String(name.dropLast()) : name }
        guard target.address == nil else { return nil }
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }
}
