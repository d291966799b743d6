import HaleModel
import NIOCore
import NIOWebSocket

/// What a session sends over its WebSocket.
enum WebSocketReply: Sendable {
    case text(ByteBuffer)
    case close(WebSocketState.CloseCode, String)
}

/// Carries out what the state of a connection says: between frames and whole messages.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = String
    typealias OutboundIn = WebSocketReply
    typealias OutboundOut = WebSocketFrame

    private let table: ConnectionTable
    private var state: WebSocketState
    private var number: UInt64?
    private var timer: (task: Scheduled<Void>, at: Instant)?

    init(_ table: ConnectionTable, limits: WebSocketLimits) {
        self.table = table
        state = WebSocketState(limits, at: Self.now)
    }

    private static var now: Instant { Instant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds)) }

    func handlerAdded(context: ChannelHandlerContext) {
        number = table.admitWebSocket(context.channel)
        guard number != nil else { return context.close(promise: nil) }
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        timer?.task.cancel()
        timer = nil
        if let number { table.closed(number) }
        number = nil
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        perform(
            state.received(
                .init(
                    WebSocketState.Opcode(frame.opcode), isFinal: frame.fin, isMasked: frame.maskKey != nil,
                    hasReservedBits: frame.rsv1 || frame.rsv2 || frame.rsv3, data: frame.unmaskedData),
                at: Self.now), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? NIOWebSocketError else { return context.close(promise: nil) }
        let isTooLarge = if case .invalidFrameLength = error { true } else { false }
        perform(state.unreadable(isTooLarge: isTooLarge, at: Self.now), context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            perform(state.close(.goingAway, "Hale stops", at: Self.now), context)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state.isOpen else { return promise?.fail(ChannelError.outputClosed) ?? () }
        switch unwrapOutboundIn(data) {
        case .text(let text):
            state.asked()
            send(WebSocketFrame(fin: true, opcode: .text, data: text), context, promise)
        case .close(let code, let reason):
            perform(state.close(code, reason, at: Self.now), context)
            promise?.succeed()
        }
    }

    private func send(
        _ frame: WebSocketFrame, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil
    ) {
        let promise = promise ?? context.eventLoop.makePromise()
        state.writeBegan(at: Self.now)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.state.writeEnded(at: Self.now) }
        context.write(wrapOutboundOut(frame), promise: promise)
        schedule(context)
    }

    private func perform(_ actions: [WebSocketState.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .deliver(let text): context.fireChannelRead(wrapInboundOut(text))
            case .ping: send(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()), context)
            case .pong(let data): send(WebSocketFrame(fin: true, opcode: .pong, data: data), context)
            case .close(let code, let reason):
                var body = ByteBuffer(integer: code.rawValue)
                body.writeString(reason)
                send(WebSocketFrame(fin: true, opcode: .connectionClose, data: body), context)
            case .answerClose(let body):
                let sent = context.eventLoop.makePromise(of: Void.self)
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                sent.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
                send(WebSocketFrame(fin: true, opcode: .connectionClose, data: body), context, sent)
            case .end: context.close(promise: nil)
            }
        }
        if !actions.isEmpty { context.flush() }
        schedule(context)
    }

    // MARK: Time

    /// One timer at a time: when it fires too early, it is set anew.
    private func schedule(_ context: ChannelHandlerContext) {
        guard number != nil, let deadline = state.deadline, deadline < timer?.at ?? .distantFuture else { return }
        timer?.task.cancel()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(
            deadline: .uptimeNanoseconds(UInt64(clamping: deadline.nanoseconds))
        ) {
            let (handler, context) = bound.value
            handler.timer = nil
            handler.perform(handler.state.fire(at: Self.now), context)
        }
        timer = (task, deadline)
    }
}

extension WebSocketState.Opcode {
    fileprivate init(_ opcode: WebSocketOpcode) {
        switch opcode {
        case .text: self = .text
        case .binary: self = .binary
        case .continuation: self = .continuation
        case .ping: self = .ping
        case .pong: self = .pong
        case .connectionClose: self = .close
        default: self = .unknown
        }
    }
}
