import HaleModel
import NIOCore
import NIOHTTP1
import NIOSSL

/// One HTTP connection, as the first handler behind TLS: carries one exchange at a time, or waits for the next.
///
/// The request goes out as bytes made beforehand. Plain answers are read here; the others by a parser behind this
/// handler.
final class HTTPConnection: ChannelDuplexHandler, Conversation {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// No exchange under way. An idle connection that ends leaves its place in `home`.
        case idle(home: KeptConnection?)
        case waiting(HTTPExchange)
        case reading(HTTPExchange, HTTPAnswer)
        case closed
    }

    let channel: any Channel
    private let host: String
    private let tls: NIOSSLClientHandler?
    private let now: () -> WallTime
    private var context: ChannelHandlerContext?
    private var parser: AnswerParser?
    private var state = State.idle(home: nil)
    /// Of the answer, as they came.
    private var receivedBytes = 0
    /// The TLS handshake is done.
    private var isSecure = false

    /// Puts itself on a connected channel that has no handler yet.
    init(_ channel: any Channel, host: String, tls: NIOSSLClientHandler?, now: @escaping () -> WallTime) throws {
        self.channel = channel
        self.host = host
        self.tls = tls
        self.now = now
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(self)
        // Last: the handshake begins, and may fail, as soon as the handler is there.
        if let tls { try pipeline.addHandler(tls, name: TLSContexts.handlerName, position: .first) }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// The peer's certificate, which is there even when the handshake failed because of it.
    private(set) lazy var certificate: CertificateFacts? =
        tls?.peerCertificate.flatMap { try? CertificateFacts(der: $0.toDERBytes()) }

    /// Whether an exchange can begin.
    var isUsable: Bool {
        if case .idle = state { channel.isActive } else { false }
    }

    func begin(_ exchange: HTTPExchange) {
        guard case .idle = state, let context else { return exchange.then(.failure(.closed(errno: nil, soFar: nil))) }
        receivedBytes = 0
        state = .waiting(exchange)
        parser?.expectAnswer(to: exchange.request.head)
        let bytes = wrapOutboundOut(exchange.request.bytes)
        guard tls != nil, !isSecure else { return context.writeAndFlush(bytes, promise: nil) }
        // TLS holds everything back until its handshake is done.
        context.writeAndFlush(bytes).assumeIsolated().whenSuccess { [self] in isSecure = true }
    }

    /// What comes from behind has told the parser what was asked, and goes no further: the request is sent as bytes.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.succeed()
    }

    /// Waits for the next run; closed in the meantime, it leaves its place.
    func wait(in home: KeptConnection) {
        if case .idle = state { state = .idle(home: home) }
    }

    func close() {
        leave()
        channel.closeAtOnce()
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        let isFirst = receivedBytes == 0
        receivedBytes += bytes.readableBytes
        if parser == nil {
            switch state {
            case .waiting(let exchange):
                if isFirst, let answer = PlainAnswer(bytes) { return received(answer, in: bytes, exchange) }
                do {
                    parser = try AnswerParser(behind: self)
                    parser?.expectAnswer(to: exchange.request.head)
                } catch {
                    return broke(error)
                }
            case .idle: return close()  // bytes that nobody has asked for
            case .reading, .closed: return
            }
        }
        context.fireChannelRead(data)
        // After the parser has had the bytes: a head that ends in them may have a long body behind it.
        if case .waiting = state, receivedBytes > HTTPCheck.maxHeadBytes { broke(HTTPFailure.headTooLarge) }
    }

    private func received(_ plain: PlainAnswer, in bytes: ByteBuffer, _ exchange: HTTPExchange) {
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: plain.code))
        received(head)
        guard case .reading = state else { return }
        if !plain.body.isEmpty,
            let body = bytes.getSlice(at: bytes.readerIndex + plain.body.lowerBound, length: plain.body.count)
        {
            received(body)
        }
        end(keepingConnection: plain.keepsConnection)
    }

    func received(_ head: HTTPResponseHead) {
        guard case .waiting(let exchange) = state else { return }
        let answer = HTTPAnswer(head: head)
        // Nothing of HTTP follows a switch to another protocol.
        if exchange.endsAtHead(head) || head.status == .switchingProtocols { return end(exchange, .success(answer)) }
        state = .reading(exchange, answer)
    }

    func received(_ part: ByteBuffer) {
        guard case .reading(let exchange, var answer) = state else { return }
        state = .closed  // holds no second reference to the body while it grows
        let room = exchange.maxBodyBytes - answer.bodyBytes
        let wanted = min(room, part.readableBytes)
        answer.bodyBytes += wanted
        if exchange.keepsBody { answer.body.writeImmutableBuffer(part.getSlice(at: part.readerIndex, length: wanted)!) }
        answer.isCut = wanted < part.readableBytes
        if answer.isCut { return end(exchange, .success(answer)) }
        state = .reading(exchange, answer)
    }

    func receivedEnd() {
        guard case .reading(_, let answer) = state else { return }
        end(keepingConnection: answer.head.isKeepAlive)
    }

    private func end(keepingConnection keeps: Bool) {
        guard case .reading(let exchange, var answer) = state else { return }
        answer.leavesConnection = keeps && channel.isActive
        state = .idle(home: nil)
        exchange.then(.success(answer))
    }

    func channelInactive(context: ChannelHandlerContext) {
        // The parser first: for an answer without a length this is its end.
        context.fireChannelInactive()
        fail(.closed(errno: nil, soFar: soFar))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { broke(error) }

    func broke(_ error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown: return  // what the end means, `channelInactive` decides
        case let error as HTTPFailure: fail(error)
        case let error as IOError: fail(.closed(errno: error.errnoCode, soFar: soFar))
        case let error as HTTPParserError: fail(failure(error))
        case let error as NIOHTTPDecoderError: fail(.malformed(quotable(String(describing: error))))
        default:
            let finding = Finding.handshake(error, host: host, certificate: certificate, at: now())
            fail(finding.map(HTTPFailure.tls) ?? .malformed(quotable(String(describing: error))))
        }
        channel.closeAtOnce()
    }

    private func failure(_ error: HTTPParserError) -> HTTPFailure {
        switch error {
        case .headerOverflow: .headTooLarge
        case .invalidEOFState, .closedConnection: .closed(errno: nil, soFar: soFar)
        default: .malformed(quotable(String(describing: error)))
        }
    }

    private func fail(_ failure: HTTPFailure) {
        switch state {
        case .waiting(let exchange), .reading(let exchange, _): end(exchange, .failure(failure))
        case .idle, .closed: leave()
        }
    }

    private func end(_ exchange: HTTPExchange, _ result: Result<HTTPAnswer, HTTPFailure>) {
        state = .closed
        exchange.then(result)
    }

    private func leave() {
        if case .idle(let home?) = state { home.forget(self) }
        state = .closed
    }

    // MARK: How far it has come

    /// `nil` when nothing of the answer has come.
    private var soFar: String? {
        if case .reading(_, let answer) = state {
            return "\(answer.head.status.text), \(answer.bodyBytes) bytes of body"
        }
        return receivedBytes == 0 ? nil : "\(receivedBytes) bytes, no complete head"
    }

    func timedOut(after timeout: TimeSpan) -> Finding {
        if let soFar { return .failed(.timeout, "answer incomplete after \(timeout) (\(soFar))") }
        if tls != nil, !isSecure { return .failed(.timeout, "no TLS handshake within \(timeout) (connected)") }
        return .silence(timeout)
    }
}
