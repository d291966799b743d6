import HaleModel
import NIOCore
import NIOHTTP1

/// Closes a connection that is one too many, comes from somebody else's process, or lets Hale wait.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let table: ConnectionTable
    private let checksOwner: Bool
    private var state = ConnectionState(at: ConnectionGuard.now)
    private var number: UInt64?
    private var timer: Scheduled<Void>?
    private var timerFires = Instant.distantFuture

    init(_ table: ConnectionTable, checksOwner: Bool) {
        self.table = table
        self.checksOwner = checksOwner
    }

    private static var now: Instant { Instant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds)) }

    func handlerAdded(context: ChannelHandlerContext) {
        guard !checksOwner || PeerOwner.isTrusted(context.channel) else { return context.close(promise: nil) }
        number = table.admit(context.channel)
        guard number != nil else { return context.close(promise: nil) }
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        timer?.cancel()
        timer = nil
        if let number { table.closed(number) }
        number = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: change(context) { $0.requestBegan(at: $1) }
        case .body: break
        case .end: change(context) { $0.requestEnded(at: $1) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        let promise = promise ?? context.eventLoop.makePromise()
        state.writeBegan(at: Self.now)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.change(context) { $0.writeEnded(at: $1) }
        }
        if case .end = part { change(context) { $0.answerEnded(at: $1) } }
        context.write(data, promise: promise)
    }

    private func change(_ context: ChannelHandlerContext, _ body: (inout ConnectionState, Instant) -> Void) {
        let wasWaiting = state.waits
        body(&state, Self.now)
        guard let number else { return }
        if wasWaiting, !state.waits { table.becameBusy(number) }
        if !wasWaiting, state.waits { self.number = table.beganToWait(number, context.channel) }
        if let deadline = state.deadline(table.limits), deadline < timerFires {
            timer?.cancel()
            schedule(context)
        }
    }

    /// One timer at a time: when it fires too early, it is set anew.
    private func schedule(_ context: ChannelHandlerContext) {
        timer = nil
        timerFires = .distantFuture
        guard let deadline = state.deadline(table.limits) else { return }
        timerFires = deadline
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(
            deadline: .uptimeNanoseconds(UInt64(clamping: deadline.nanoseconds))
        ) {
            let (handler, context) = bound.value
            handler.fire(context)
        }
    }

    private func fire(_ context: ChannelHandlerContext) {
        guard number != nil else { return }
        if let deadline = state.deadline(table.limits), deadline <= Self.now {
            context.close(promise: nil)
        } else {
            schedule(context)
        }
    }
}
