internal import HaleModel

extension CheckPlan.Probe {
    /// The host that is asked, where there is one.
    var host: String? {
        if case .http(let plan) = self { return plan.endpoint.host }
        if case .tcp(let plan) = self { return plan.endpoint.host }
        return nil
    }

    /// Whether the way there leads over a network that may be lost.
    var isRemote: Bool {
        guard let host = host?.lowercased() else { return false }
        return host != "localhost" && host != "::1" && !host.hasPrefix("127.") && !host.hasPrefix("/")
    }
}
