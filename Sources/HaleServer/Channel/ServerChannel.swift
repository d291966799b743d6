import HaleModel
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL
import NIOWebSocket

/// One connection to the server: HTTP/1.1, or a WebSocket where its first request asks for one and is let in.
struct ServerChannel: HTTPChannelHandler {
    typealias HTTP = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    typealias WebSocket = NIOAsyncChannel<String, WebSocketReply>

    enum Kind: Sendable {
        case http(HTTP)
        case webSocket(WebSocket, isStillAllowed: @Sendable () -> Bool)
    }

    struct Value: ServerChildChannelValue {
        let kind: EventLoopFuture<Kind>
        let channel: any Channel
    }

    static let webSocketPath = "/ws"

    let responder: Responder
    let doorkeeper: Doorkeeper
    let table: ConnectionTable
    let webSocketLimits: WebSocketLimits
    let identity: TLSIdentity?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            if let identity {
                try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: identity.context))
            }
            let limits = table.limits
            var decoding = NIOHTTPDecoderLimitConfiguration()
            decoding.maxHeaderFieldSize = limits.headerField
            decoding.maxHeaderListSize = limits.headers
            decoding.maxHeaderFieldCount = limits.headerCount
            let encoder = HTTPResponseEncoder()
            let decoder = ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoding))
            let guardian = ConnectionGuard(table, checksOwner: doorkeeper.isSocket)
            let isSecure = identity != nil
            let gate = UpgradeGate { head, channel in
                head.isForWebSocket && table.hasRoomForWebSocket
                    && doorkeeper.letsIn(Caller(head, channel))
            }
            let upgrade = NIOTypedHTTPServerUpgradeHandler<Kind>(
                httpEncoder: encoder, extraHTTPHandlers: [decoder, guardian, gate],
                upgradeConfiguration: .init(upgraders: [upgrader]) { channel in
                    channel.eventLoop.makeCompletedFuture { .http(try Self.http(channel, isSecure: isSecure, logger)) }
                })
            try channel.pipeline.syncOperations.addHandlers([encoder, decoder, guardian, gate, upgrade])
            return Value(kind: upgrade.upgradeResultFuture, channel: channel)
        }
    }

    private static func http(_ channel: any Channel, isSecure: Bool, _ logger: Logger) throws -> HTTP {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: isSecure))
        try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
        return try HTTP(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }

    private var upgrader: NIOTypedWebSocketServerUpgrader<Kind> {
        let limits = webSocketLimits
        let table = table
        let doorkeeper = doorkeeper
        return NIOTypedWebSocketServerUpgrader(
            maxFrameSize: limits.message, enableAutomaticErrorHandling: false,
            // The gate has decided.
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(WebSocketHandler(table, limits: limits))
                    let caller = WebSocketCaller(head, channel)
                    let bearer = try? doorkeeper.admit(caller.caller)
                    return .webSocket(try WebSocket(wrappingChannelSynchronously: channel)) {
                        doorkeeper.stillAdmits(caller.caller, as: bearer)
                    }
                }
            })
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.kind.get() {
            case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
            case .webSocket(let channel, let isStillAllowed):
                let session = WebSocketSession(
                    backend: doorkeeper.backend, isStillAllowed: isStillAllowed, logger: logger)
                try await channel.executeThenClose { inbound, outbound in await session.run(inbound, outbound) }
            }
        } catch {
            logger.trace("a connection ended: \(error)")
        }
    }
}

/// What stays of the request that opened a WebSocket.
private struct WebSocketCaller: Sendable {
    let head: HTTPRequestHead
    let isFromLoopback: Bool
    let localPort: Int

    init(_ head: HTTPRequestHead, _ channel: any Channel) {
        self.head = head
        isFromLoopback = channel.remoteAddress?.isLoopback ?? false
        localPort = channel.localAddress?.port ?? 0
    }

    var caller: Caller {
        Caller(
            method: head.method.rawValue, path: head.path, isFromLoopback: isFromLoopback, localPort: localPort
        ) { head.headers[$0] }
    }
}

extension Caller {
    fileprivate init(_ head: HTTPRequestHead, _ channel: any Channel) { self = WebSocketCaller(head, channel).caller }
}

extension HTTPRequestHead {
    fileprivate var path: String { String(uri.prefix { $0 != "?" && $0 != "#" }) }
    fileprivate var isForWebSocket: Bool { path == ServerChannel.webSocketPath }
}
