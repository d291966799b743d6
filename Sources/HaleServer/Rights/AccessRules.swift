import HaleModel

/// Who may do what: a pure decision, so that every combination of peer, header and token has one outcome that is tested.
package struct AccessRules: Hashable, Sendable {
    /// From where reading and heartbeats need no token.
    package enum Open: Hashable, Sendable {
        case nowhere
        case loopback
        case anywhere
    }

    package enum Decision: Hashable, Sendable {
        case allowed
        case refused(Refusal)
    }

    package struct Refusal: Error, Hashable, Sendable {
        /// An HTTP status.
        package var status: Int
        package var message: String
    }

    /// Names beside `localhost` by which people reach Hale, in lower case. Addresses are always known: a name that an
    /// attacker makes point here (DNS rebinding) still is a name.
    package var hosts: Set<String>
    package var open: Open

    package init(hosts: Set<String> = [], open: Open = .loopback) {
        self.hosts = Set(hosts.map { $0.lowercased() })
        self.open = open
    }

    package func decide(_ request: AccessRequest) -> Decision {
        do throws(Refusal) {
            if case .tcp(let isLocal) = request.peer {
                let host = try knownHost(request.hosts)
                try checkOrigin(request, host)
                try checkRights(request, isLocal: isLocal)
            }
            try checkBody(request)
            return .allowed
        } catch {
            return .refused(error)
        }
    }

    private func knownHost(_ named: [String]) throws(Refusal) -> Authority {
        guard named.count == 1, let host = Authority(named[0]) else {
            throw Refusal(status: 400, message: "expected one Host header with a host and perhaps a port")
        }
        guard host.isAddress || host.host == "localhost" || hosts.contains(host.host) else {
            throw Refusal(
                status: 421,
                message: "'\(host.host)' is no name of this Hale; if it is one, add it to `server: {hosts: […]}`")
        }
        return host
    }

    /// A page of somebody else may make a browser send requests, and the browser says whose page it was.
    private func checkOrigin(_ request: AccessRequest, _ host: Authority) throws(Refusal) {
        guard let origin = request.origin else {
            if case .cookie = request.credential, AccessNeed(method: request.method, path: request.path).isWrite {
                throw Refusal(status: 403, message: "a browser's write has to name its Origin")
            }
            return
        }
        guard let origin = Authority(origin: origin), origin == host else {
            throw Refusal(status: 403, message: "requests of other pages are refused (Origin: \(origin))")
        }
    }

    private func checkRights(_ request: AccessRequest, isLocal: Bool) throws(Refusal) {
        let need = AccessNeed(method: request.method, path: request.path)
        if need == .nothing { return }
        if request.credential == .unknown {
            throw Refusal(status: 401, message: "the token is not known, or not any more")
        }
        let isOpen = open == .anywhere || (open == .loopback && isLocal)
        if need != .operate, isOpen, request.credential.grant.map({ !isLimited($0, need) }) ?? true { return }
        guard let grant = request.credential.grant else {
            throw Refusal(
                status: 401, message: "this needs a token with the role \(need.role); `hale token create` makes one")
        }
        switch (need, grant.role) {
        case (_, .operate), (.read, .read): return
        case (.heartbeat(let id), .heartbeat):
            guard let only = grant.components else { return }
            // Whom a body names is checked when it is read.
            guard let id, !only.contains(id) else { return }
            throw Refusal(status: 403, message: "the token '\(grant.name)' may not send heartbeats of '\(id)'")
        default:
            throw Refusal(
                status: 403,
                message: "the token '\(grant.name)' has the role \(grant.role.rawValue); this needs \(need.role)")
        }
    }

    /// Whoever shows a token that is limited is held to its limits, even where none would be needed.
    private func isLimited(_ grant: Grant, _ need: AccessNeed) -> Bool {
        if case .heartbeat = need { grant.components != nil } else { false }
    }

    /// A type that no form of a page can send without being asked about first.
    private func checkBody(_ request: AccessRequest) throws(Refusal) {
        guard request.hasBody else { return }
        let type = request.bodyType?.prefix { $0 != ";" }.lowercased().filter { $0 != " " } ?? ""
        guard Self.bodyTypes.contains(type) else {
            throw Refusal(status: 415, message: "expected Content-Type: application/json")
        }
    }

    private static let bodyTypes: Set<String> = ["application/json", "application/x-ndjson"]
}

extension AccessNeed {
    fileprivate var role: String {
        switch self {
        case .nothing, .read: "read"
        case .heartbeat: "heartbeat"
        case .operate: "operate"
        }
    }
}
