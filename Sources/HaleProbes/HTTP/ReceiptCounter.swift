import NIOCore

/// Counts the bytes of an answer before they are decoded: whether anything came at all, and when a head is too long.
final class ReceiptCounter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private(set) var bytes = 0
    private var awaitsHead = false

    func beginExchange() {
        bytes = 0
        awaitsHead = true
    }

    func headEnded() { awaitsHead = false }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
        // After the decoder has had the bytes: a head that ends in them may have a long body behind it.
        if awaitsHead, bytes > HTTPCheck.maxHeadBytes { context.fireErrorCaught(HTTPFailure.headTooLarge) }
    }
}
