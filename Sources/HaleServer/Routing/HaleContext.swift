import HaleModel
import Hummingbird
import NIOCore

/// What belongs to one request: its connection, and who it is from.
struct HaleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// From a loopback address; `false` on the Unix socket.
    let isFromLoopback: Bool
    /// The port that was connected to; 0 on the Unix socket.
    let localPort: Int
    /// Whose token the request has shown, itself or by its session.
    var bearer: Bearer?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        isFromLoopback = source.channel.remoteAddress?.isLoopback ?? false
        localPort = source.channel.localAddress?.port ?? 0
    }

    /// Who gives an order, by the name of the token.
    var giver: String? { bearer?.grant.name }

    func componentID() throws -> ComponentID {
        let text = try parameters.require("id")
        guard let id = ComponentID(text) else { throw Problem(.badRequest, "'\(text)' is not a component id") }
        return id
    }
}

extension SocketAddress {
    var isLoopback: Bool {
        guard let text = ipAddress else { return false }
        return text == "::1" || text.hasPrefix("127.") || text.lowercased().hasPrefix("::ffff:127.")
    }
}
