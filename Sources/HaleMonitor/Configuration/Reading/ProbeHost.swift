internal import HaleModel

extension CheckPlan.Probe {
    /// The host that is asked, where there is one.
    var host: String? {
        switch self {
        case .http(let plan): plan.endpoint.host
        case .tcp(let plan): plan.endpoint.host
        case .tls(let plan): plan.endpoint.host
        case .dns(let plan): plan.server?.host
        case .command, .process: nil
        }
    }

    /// Whether the way there leads over a network that may be lost. Names are resolved by others unless a name server on
    /// this machine is asked.
    var isRemote: Bool {
        if case .dns(let plan) = self, plan.server == nil { return true }
        guard let host else { return false }
        return !Loopback.contains(host) && !host.hasPrefix("/")
    }
}
