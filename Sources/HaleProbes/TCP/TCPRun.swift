import HaleModel
import NIOCore

/// Connects, sends what is to be sent, and reads until what is expected has come.
final class TCPRun: ChannelInboundHandler, Conversation {
    typealias InboundIn = ByteBuffer

    private let run: ProbeRun
    private let check: TCPCheck
    private var answer = ByteBuffer()
    private var isMatching = false
    /// How much of the answer has been looked at.
    private var matchedBytes = 0
    private var isClosed = false

    init(run: ProbeRun, check: TCPCheck) {
        self.run = run
        self.check = check
    }

    func start() {
        run.connect(to: check.target) { [self] channel in
            guard check.send != nil || check.expect != nil else { return run.finish(.good("connected")) }
            run.phase = .talking(self)
            do {
                try channel.pipeline.syncOperations.addHandler(self)
            } catch {
                return run.finish(.connecting(error))
            }
            send(on: channel)
        }
    }

    private func send(on channel: any Channel) {
        guard let bytes = check.send else { return }
        channel.writeAndFlush(bytes).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .failure(let error): broken(error)
            case .success where check.expect == nil: run.finish(.good("connected and sent"))
            case .success: break
            }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !run.isFinished, check.expect != nil else { return }
        var bytes = unwrapInboundIn(data)
        let room = TCPCheck.maxAnswerBytes - answer.readableBytes
        if let part = bytes.readSlice(length: min(room, bytes.readableBytes)) {
            answer.writeImmutableBuffer(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        match()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        match()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        broken(error)
    }

    private func match() {
        guard !run.isFinished, !isMatching else { return }
        guard let expect = check.expect else {
            return isClosed ? run.finish(.failed(.closed, "connection closed while sending")) : ()
        }
        guard answer.readableBytes > matchedBytes else { return judge(.missing) }
        let from = matchedBytes
        matchedBytes = answer.readableBytes
        if expect.isPlain {
            return judge(expect.finds(in: answer, from: from) ? .found : .missing)
        }
        isMatching = true
        let ticket = Ticket()
        run.phase = .matching(ticket)
        run.equipment.matching.run(ticket, on: run.eventLoop) { [answer] in expect.evaluate(answer, ticket) }
            .assumeIsolated().whenComplete { [self] result in
                guard !run.isFinished else { return }
                isMatching = false
                run.phase = .talking(self)
                switch result {
                case .success(let outcome): judge(outcome)
                case .failure(let error): run.finish(.connecting(error))
                }
            }
    }

    private func judge(_ outcome: TextMatcher.Outcome) {
        guard let expect = check.expect else { return }
        if let trouble = expect.trouble { return run.finish(trouble) }
        if outcome == .found { return run.finish(.good("the expected answer came")) }
        if answer.readableBytes > matchedBytes { return match() }
        if answer.readableBytes >= TCPCheck.maxAnswerBytes {
            run.finish(.failed(.body, "answer \(expect.complaint) (looked at its first \(answer.readableBytes) bytes)"))
        } else if isClosed {
            run.finish(
                answer.readableBytes == 0
                    ? .failed(.closed, "connection closed without an answer")
                    : .failed(.body, "answer \(expect.complaint) (\(received), then closed)"))
        }
    }

    private func broken(_ error: any Error) {
        guard !run.isFinished else { return }
        if let error = error as? IOError { return run.finish(.system(error.errnoCode, during: "talking")) }
        run.finish(.failed(.closed, "connection closed while talking"))
    }

    private var received: String { "\(answer.readableBytes) bytes received" }

    func timedOut(after timeout: TimeSpan) -> Finding {
        guard answer.readableBytes > 0, let expect = check.expect else {
            return check.expect == nil ? .failed(.timeout, "not sent within \(timeout)") : .silence(timeout)
        }
        return .failed(.timeout, "answer \(expect.complaint) within \(timeout) (\(received))")
    }
}
