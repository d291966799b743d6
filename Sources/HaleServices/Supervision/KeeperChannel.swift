import HaleModel
import NIOCore
import NIOPosix

/// One connection to one keeper. Messages are handed on as they arrive; the end of the connection is told once.
struct KeeperChannel: Sendable {
    let channel: any Channel

    func send(_ messages: [KeeperMessage]) {
        var buffer = channel.allocator.buffer(capacity: 512)
        for message in messages { message.encode(into: &buffer) }
        channel.writeAndFlush(buffer, promise: nil)
    }

    func close() async {
        try? await channel.close()
    }

    static func connect(
        directory: String, group: any EventLoopGroup, onMessage: @escaping @Sendable (KeeperMessage) -> Void,
        onClose: @escaping @Sendable () -> Void
    ) async throws -> KeeperChannel {
        let path = try SocketPath(directory + "/socket")
        defer { withExtendedLifetime(path) {} }
        let channel = try await ClientBootstrap(group: group)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let sync = channel.pipeline.syncOperations
                    try sync.addHandler(
                        ByteToMessageHandler(KeeperMessageDecoder(), maximumBufferSize: 2 * KeeperMessage.maxLength))
                    try sync.addHandler(Handler(onMessage: onMessage, onClose: onClose))
                }
            }
            .connect(unixDomainSocketPath: path.path).get()
        let keeper = KeeperChannel(channel: channel)
        keeper.send([KeeperMessage("hello", [("protocol", "1")])])
        return keeper
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = KeeperMessage
        private let onMessage: @Sendable (KeeperMessage) -> Void
        private let onClose: @Sendable () -> Void

        init(onMessage: @escaping @Sendable (KeeperMessage) -> Void, onClose: @escaping @Sendable () -> Void) {
            self.onMessage = onMessage
            self.onClose = onClose
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { onMessage(unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { onClose() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
