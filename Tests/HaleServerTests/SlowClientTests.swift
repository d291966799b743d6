import HaleModel
import HaleServer
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A client that asks for everything and takes nothing.
@Suite struct SlowClientTests {
    @Test func aClientThatTakesNothingIsClosedAndNotBufferedFor() async throws {
        let backend = EndlessBackend()
        var limits = WebSocketLimits()
        limits.writing = .milliseconds(200)
        limits.closing = .seconds(60)
        let (ports, port) = AsyncStream.makeStream(of: Int?.self)
        var logger = Logger(label: "server")
        logger.logLevel = .critical
        let server = HaleServer(
            backend, at: .tcp(host: "127.0.0.1", port: 0), group: .singletonMultiThreadedEventLoopGroup,
            logger: logger, webSocketLimits: limits
        ) { port.yield($0) }
        let running = Task { try await server.run() }
        var iterator = ports.makeAsyncIterator()
        let number = try #require(await iterator.next() ?? nil)

        let received = Received()
        let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in channel.pipeline.addHandler(received) }
            .connect(host: "127.0.0.1", port: number).get()
        try await client.writeAndFlush(ByteBuffer(string: Self.handshake(number)))
        try await client.writeAndFlush(Self.subscription)
        // Nothing is read until the server has stopped reading the log for it.
        let deadline = ContinuousClock.now + .seconds(60)
        var before = -1
        while backend.reads != before || before < 1 {
            try #require(ContinuousClock.now < deadline, "the log is not read, or without an end")
            before = backend.reads
            try await Task.sleep(for: .milliseconds(500))
        }
        #expect(backend.reads < 100, "what is not taken is not read from the log")
        try await client.setOption(.autoRead, value: true).get()
        try await client.closeFuture.get()
        let tail = received.tail
        #expect(tail.suffix(60).contains("events were not taken for 200ms"), "\(tail.suffix(100))")
        running.cancel()
        _ = await running.result
    }

    private static func handshake(_ port: Int) -> String {
        "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    }

    /// A masked frame; with a mask of zeros the text stands as it is.
    private static var subscription: ByteBuffer {
        let text = #"{"type": "subscribe", "after": "0"}"#
        var frame = ByteBuffer(bytes: [0x81, 0x80 | UInt8(text.utf8.count), 0, 0, 0, 0])
        frame.writeString(text)
        return frame
    }
}

/// Keeps the end of what came.
private final class Received: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let text = Mutex("")
    var tail: String { text.withLock { $0 } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let more = String(decoding: unwrapInboundIn(data).readableBytesView, as: UTF8.self)
        text.withLock { $0 = String(($0 + more).suffix(2_000)) }
        // Nothing is answered to the close, so that this end has to be the one that goes.
        if tail.contains("were not taken for") { context.close(promise: nil) }
    }
}
