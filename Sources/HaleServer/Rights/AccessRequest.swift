package import HaleModel

/// What of a request decides whether it is allowed.
package struct AccessRequest: Hashable, Sendable {
    /// From where it comes.
    package enum Peer: Hashable, Sendable {
        /// Over the Unix socket, whose peers were checked when they connected.
        case socket
        /// `isLocal`: from a loopback address, and not passed on by a proxy for somebody else.
        case tcp(isLocal: Bool)
    }

    /// What it shows.
    package enum Credential: Hashable, Sendable {
        case none
        /// A token or cookie that Hale does not know, or no longer.
        case unknown
        case token(Grant)
        /// A browser's cookie, which it also sends where another page makes it.
        case cookie(Grant)

        var grant: Grant? {
            switch self {
            case .none, .unknown: nil
            case .token(let grant), .cookie(let grant): grant
            }
        }
    }

    package var method: String
    package var path: String
    package var peer: Peer
    /// Every `Host` that it names.
    package var hosts: [String]
    package var origin: String?
    /// `nil` where there is no body.
    package var bodyType: String?
    package var hasBody: Bool
    package var credential: Credential

    package init(
        method: String, path: String, peer: Peer, hosts: [String] = [], origin: String? = nil, hasBody: Bool = false,
        bodyType: String? = nil, credential: Credential = .none
    ) {
        self.method = method
        self.path = path
        self.peer = peer
        self.hosts = hosts
        self.origin = origin
        self.hasBody = hasBody
        self.bodyType = bodyType
        self.credential = credential
    }
}
