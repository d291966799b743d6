import HaleModel
import NIOCore
import NIOHTTP1
import NIOSSL

/// The last handler of an HTTP connection: carries one exchange at a time, or waits for the next.
final class HTTPConnection: ChannelInboundHandler, Conversation {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

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
    private let counter = ReceiptCounter()
    private var state = State.idle(home: nil)
    /// The TLS handshake is done.
    private var isSecure = false

    /// Puts the handlers of HTTP on a connected channel that has none yet.
    init(_ channel: any Channel, host: String, tls: NIOSSLClientHandler?, now: @escaping () -> WallTime) throws {
        self.channel = channel
        self.host = host
        self.tls = tls
        self.now = now
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = HTTPCheck.maxHeadBytes
        limits.maxHeaderListSize = HTTPCheck.maxHeadBytes
        let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(counter)
        try pipeline.addHandler(HTTPRequestEncoder())
        try pipeline.addHandler(ByteToMessageHandler(decoder))
        try pipeline.addHandler(self)
        // Last: the handshake begins, and may fail, as soon as the handler is there.
        if let tls { try pipeline.addHandler(tls, name: TLSContexts.handlerName, position: .first) }
    }

    /// The peer's certificate, which is there even when the handshake failed because of it.
    private(set) lazy var certificate: CertificateFacts? =
        tls?.peerCertificate.flatMap { try? CertificateFacts(der: $0.toDERBytes()) }

    /// Whether an exchange can begin.
    var isUsable: Bool {
        if case .idle = state { channel.isActive } else { false }
    }

    func begin(_ exchange: HTTPExchange) {
        guard case .idle = state else { return exchange.then(.failure(.closed(errno: nil, soFar: nil))) }
        counter.beginExchange()
        state = .waiting(exchange)
        channel.write(HTTPClientRequestPart.head(exchange.request.head), promise: nil)
        if let body = exchange.request.body {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
        }
        guard tls != nil, !isSecure else {
            return channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        }
        // TLS holds everything back until its handshake is done.
        channel.writeAndFlush(HTTPClientRequestPart.end(nil)).assumeIsolated().whenSuccess { [self] in isSecure = true }
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
        switch unwrapInboundIn(data) {
        case .head(let head): received(head)
        case .body(let part): received(part)
        case .end: receivedEnd()
        }
    }

    private func received(_ head: HTTPResponseHead) {
        guard case .waiting(let exchange) = state else { return }
        counter.headEnded()
        let answer = HTTPAnswer(head: head)
        // Nothing of HTTP follows a switch to another protocol.
        if exchange.endsAtHead(head) || head.status == .switchingProtocols { return end(exchange, .success(answer)) }
        state = .reading(exchange, answer)
    }

    private func received(_ part: ByteBuffer) {
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

    private func receivedEnd() {
        guard case .reading(let exchange, var answer) = state else { return }
        answer.leavesConnection = answer.head.isKeepAlive && channel.isActive
        state = .idle(home: nil)
        exchange.then(.success(answer))
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed(errno: nil, soFar: soFar))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
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
        return counter.bytes == 0 ? nil : "\(counter.bytes) bytes, no complete head"
    }

    func timedOut(after timeout: TimeSpan) -> Finding {
        if let soFar { return .failed(.timeout, "answer incomplete after \(timeout) (\(soFar))") }
        if tls != nil, !isSecure { return .failed(.timeout, "no TLS handshake within \(timeout) (connected)") }
        return .silence(timeout)
    }
}
