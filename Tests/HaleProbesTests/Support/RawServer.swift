import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A TCP server on 127.0.0.1 that follows a script, whatever the protocol says.
final class RawServer: Sendable {
    enum Step: Sendable {
        /// Waits until an empty line has come, the end of a request's head.
        case request
        case send(String)
        case sendBytes([UInt8])
        /// One byte at a time, with a pause between them, until the connection ends.
        case drip(String)
        /// The same text again and again, as fast as it is taken.
        case flood(String)
        case close
        case reset
        /// Says and does nothing more.
        case hold
    }

    private let channel: any Channel
    private let record: Record

    /// What the connections have seen.
    final class Record: Sendable {
        let requests = Mutex<[String]>([])
        let opened = Atomic(0)
        let closed = Atomic(0)
    }

    /// Every connection follows the steps that the closure gives for its number, counted from 0.
    init(_ script: @escaping @Sendable (Int) -> [Step]) async throws {
        let record = Record()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = record.opened.add(1, ordering: .sequentiallyConsistent).oldValue
                    let performer = ScriptPerformer(script(number), record)
                    try channel.pipeline.syncOperations.addHandler(performer)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.record = record
    }

    convenience init(_ steps: Step...) async throws {
        try await self.init { _ in steps }
    }

    var port: Int { channel.localAddress!.port! }
    var requests: [String] { record.requests.withLock { $0 } }
    var connections: Int { record.opened.load(ordering: .sequentiallyConsistent) }
    var openConnections: Int { connections - record.closed.load(ordering: .sequentiallyConsistent) }

    func stop() async { try? await channel.close() }
}

private final class ScriptPerformer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var steps: ArraySlice<RawServer.Step>
    private let record: RawServer.Record
    private var received = ""

    init(_ steps: [RawServer.Step], _ record: RawServer.Record) {
        self.steps = steps[...]
        self.record = record
    }

    func channelActive(context: ChannelHandlerContext) { perform(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        perform(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        steps = []
        record.closed.add(1, ordering: .sequentiallyConsistent)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func perform(_ context: ChannelHandlerContext) {
        while let step = steps.popFirst() {
            switch step {
            case .request:
                guard let end = received.firstRange(of: "\r\n\r\n") else {
                    steps = [step] + steps
                    return
                }
                record.requests.withLock { $0.append(received) }
                received = String(received[end.upperBound...])
            case .send(let text): send(Array(text.utf8), context)
            case .sendBytes(let bytes): send(bytes, context)
            case .drip(let text): drip(Array(text.utf8)[...], context)
            case .flood(let text): flood(ByteBuffer(string: String(repeating: text, count: 500)), context)
            case .close: context.close(promise: nil)
            case .reset:
                let options = context.channel as? any SocketOptionProvider
                let close = { context.close(promise: nil) }
                options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in close() }
            case .hold: steps = []
            }
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    private func flood(_ block: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(block)).assumeIsolated().whenSuccess {
            // In a turn of its own: the peer may live on the same event loop.
            context.eventLoop.assumeIsolated().execute { self.flood(block, context) }
        }
    }

    private func drip(_ bytes: ArraySlice<UInt8>, _ context: ChannelHandlerContext) {
        guard let byte = bytes.first, context.channel.isActive else { return }
        send([byte], context)
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(5)) {
            self.drip(bytes.dropFirst(), context)
        }
    }
}
