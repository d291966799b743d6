import HaleModel
import NIOCore
import NIOPosix

/// Asks one name server over UDP, again every second until it answers.
final class DNSConversation: ChannelInboundHandler, Conversation {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private static let patience = TimeAmount.seconds(1)

    private let run: ProbeRun
    private let check: DNSCheck
    private let server: String
    /// What has not been answered yet, by id.
    private var open: [UInt16: DNSMessage.RecordType] = [:]
    private var records: [DNSAnswer.Record] = []
    private var isTruncated = false

    init(run: ProbeRun, check: DNSCheck, server: String) {
        self.run = run
        self.check = check
        self.server = server
        for type in check.types {
            var id = UInt16.random(in: 0...UInt16.max)
            while open[id] != nil { id &+= 1 }
            open[id] = type
        }
    }

    func start(_ address: SocketAddress) {
        run.phase = .talking(self)
        let bound = NIOLoopBound(self, eventLoop: run.eventLoop)
        let connected = DatagramBootstrap(group: run.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let conversation = bound.value
                    conversation.run.own(channel)
                    try channel.pipeline.syncOperations.addHandler(conversation)
                }
            }
            .connect(to: address)
        connected.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel):
                guard !run.isFinished else { return channel.closeAtOnce() }
                ask(over: channel, address)
            case .failure(let error): run.finish(.connecting(error))
            }
        }
    }

    private func ask(over channel: any Channel, _ address: SocketAddress) {
        guard !run.isFinished else { return }
        for (id, type) in open {
            let question = ByteBuffer(bytes: DNSMessage.question(id: id, labels: check.labels, type: type))
            // A refusal of the one packet is told when the next is sent.
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: question))
                .assumeIsolated().whenFailure { [self] in broken($0) }
        }
        run.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in ask(over: channel, address) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(buffer: unwrapInboundIn(data).data)
        guard bytes.count >= 2, let type = open[UInt16(bytes[0]) << 8 | UInt16(bytes[1])] else { return }
        let id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        // What is no answer may be somebody else's: the right one may still come.
        guard let answer = DNSAnswer(bytes, id: id, labels: check.labels, type: type) else { return }
        open[id] = nil
        if let complaint = DNSVerdict.complaint(answer.code, check, server: server) { return run.finish(complaint) }
        records += answer.records
        isTruncated = isTruncated || answer.isTruncated
        if open.isEmpty { judge() }
    }

    private func judge() {
        let addresses = records.compactMap { record in
            (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: record.address), port: 0))?.ipAddress
        }
        var finding = DNSVerdict.finding(addresses, check)
        if let lowest = records.map(\.secondsToLive).min() { finding.metrics["ttl_seconds"] = Double(lowest) }
        if isTruncated { finding.details["truncated"] = true }
        run.finish(finding)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { broken(error) }

    private func broken(_ error: any Error) {
        if let error = error as? IOError { return run.finish(.system(error.errnoCode, during: "asking \(server)")) }
        run.finish(.connecting(error))
    }

    func timedOut(after timeout: TimeSpan) -> Finding {
        let missing = check.types.filter { open.values.contains($0) }.map(\.name).joined(separator: " and ")
        return .failed(.timeout, "no answer from name server \(server) within \(timeout) (\(missing))")
    }
}
