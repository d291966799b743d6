import Foundation
import NIOCore
import NIOHTTP1

/// Decides by the first request of a connection whether it becomes a WebSocket.
///
/// NIO's handler behind it never answers a request whose `Upgrade` nobody takes (`h2c` of curl, or one that is not
/// allowed), and does not notice that the server stops; so the header is taken away first, and a connection that has said
/// nothing yet is closed then.
final class UpgradeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let accepts: (HTTPRequestHead, any Channel) -> Bool
    private var hasDecided = false

    init(accepts: @escaping (HTTPRequestHead, any Channel) -> Bool) { self.accepts = accepts }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasDecided, case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        hasDecided = true
        if head.headers.contains(name: "upgrade"), !head.asksForWebSocket || !accepts(head, context.channel) {
            head.headers.remove(name: "upgrade")
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// What is no HTTP from its first byte on; of later requests Hummingbird takes care.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !hasDecided else { return context.fireErrorCaught(error) }
        hasDecided = true
        guard error is HTTPParserError else { return context.close(promise: nil) }
        let head = HTTPResponseHead(
            version: .http1_1, status: .badRequest, headers: ["connection": "close", "content-length": "0"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !hasDecided { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}

extension HTTPRequestHead {
    /// RFC 6455, 4.2.1.
    fileprivate var asksForWebSocket: Bool {
        method == .GET && version == .http1_1
            && headers[canonicalForm: "upgrade"].map { $0.lowercased() } == ["websocket"]
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && hasWebSocketKey && headers["sec-websocket-version"] == ["13"]
            && headers["transfer-encoding"].isEmpty && ["0", nil].contains(headers.first(name: "content-length"))
    }

    /// One key of 16 bytes, in base64.
    private var hasWebSocketKey: Bool {
        let keys = headers[canonicalForm: "sec-websocket-key"]
        return keys.count == 1 && Data(base64Encoded: String(keys[0]))?.count == 16
    }
}
