import NIOCore
import NIOPosix
import Synchronization

@testable import HaleProbes

/// A name server on 127.0.0.1 that answers from a table.
final class NameServer: Sendable {
    enum Answer: Sendable {
        case addresses(_ v4: [[UInt8]], v6: [[UInt8]] = [], ttl: UInt8 = 60)
        case code(UInt8)
        /// As the bytes are, after the id.
        case bytes([UInt8])
        case silence
        /// Nothing to the first questions of each type, then another answer.
        indirect case later(after: Int, Answer)
    }

    private let channel: any Channel
    let port: Int

    init(_ answer: Answer) async throws {
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Responder(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress!.port!
    }

    func stop() async { try? await channel.close() }

    private final class Responder: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>

        private let answer: Answer
        private var asked: [UInt8: Int] = [:]

        init(_ answer: Answer) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            let question = Array(buffer: envelope.data)
            let type = question[question.count - 3]
            asked[type, default: 0] += 1
            guard let bytes = reply(to: question, type, answer) else { return }
            let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))
            context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
        }

        private func reply(to question: [UInt8], _ type: UInt8, _ answer: Answer) -> [UInt8]? {
            let id = question.prefix(2)
            switch answer {
            case .silence: return nil
            case .bytes(let bytes): return id + bytes
            case .code(let code): return id + [0x81, 0x80 | code, 0, 1, 0, 0, 0, 0, 0, 0] + question.dropFirst(12)
            case .later(let count, let then): return asked[type]! > count ? reply(to: question, type, then) : nil
            case .addresses(let v4, let v6, let ttl):
                let addresses = type == 1 ? v4 : v6
                let head = [0x81, 0x80, 0, 1, 0, UInt8(addresses.count), 0, 0, 0, 0]
                return addresses.reduce(id + head + question.dropFirst(12)) { bytes, address in
                    bytes + [0xC0, 12, 0, type, 0, 1, 0, 0, 0, ttl, 0, UInt8(address.count)] + address
                }
            }
        }
    }
}
