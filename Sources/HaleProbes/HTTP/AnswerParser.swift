import NIOCore
import NIOHTTP1

/// NIO's HTTP parser behind a connection, brought in for the first answer that is not plain.
final class AnswerParser: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let decoder: ByteToMessageHandler<HTTPResponseDecoder>
    private unowned let connection: HTTPConnection

    /// Puts the parser behind the connection's own handler.
    init(behind connection: HTTPConnection) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = HTTPCheck.maxHeadBytes
        limits.maxHeaderListSize = HTTPCheck.maxHeadBytes
        decoder = ByteToMessageHandler(
            HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits))
        self.connection = connection
        let pipeline = connection.channel.pipeline.syncOperations
        try pipeline.addHandler(decoder)
        try pipeline.addHandler(self)
    }

    /// What was asked decides how the answer is read.
    func expectAnswer(to head: HTTPRequestHead) {
        connection.channel.write(HTTPClientRequestPart.head(head), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): connection.received(head)
        case .body(let part): connection.received(part)
        case .end: connection.receivedEnd()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.broke(error)
    }
}
