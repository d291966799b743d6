import Foundation
import HTTPTypes
import HaleModel
import Logging
import NIOCore

/// One client at the other end of a WebSocket: it subscribes, and gets events.
struct WebSocketSession: Sendable {
    let backend: any ServerBackend
    /// Whether the client may still read: tokens are revoked, and given other roles, while connections are open.
    let isStillAllowed: @Sendable () -> Bool
    let logger: Logger

    typealias Inbound = NIOAsyncChannelInboundStream<String>
    typealias Outbound = NIOAsyncChannelOutboundWriter<WebSocketReply>

    /// Events that are handed on together; the next are read when these are taken.
    private static let batch = 32

    /// Answers until the connection is closed.
    func run(_ inbound: Inbound, _ outbound: Outbound) async {
        await withDiscardingTaskGroup { tasks in
            var isSubscribed = false
            do {
                for try await text in inbound {
                    guard isStillAllowed() else {
                        try await outbound.write(Self.revoked)
                        continue
                    }
                    let request: SubscribeRequest
                    do throws(Problem) {
                        request = try SubscribeRequest(text)
                        if isSubscribed { throw Problem(.conflict, "this connection has subscribed already") }
                    } catch {
                        try await refuse(error, outbound)
                        continue
                    }
                    isSubscribed = true
                    let start = request.after ?? backend.view.lastEvent
                    try await outbound.write(try Self.message(SubscribedMessage(after: "\(start)")))
                    let pages = EventPages(
                        backend: backend, start: start, kind: request.kind, component: request.component,
                        isAllowed: isStillAllowed, pulse: EventPages.usualPulse)
                    tasks.addTask { await follow(pages, outbound) }
                }
            } catch {
                logger.debug("a WebSocket ended: \(error)")
            }
            tasks.cancelAll()
        }
    }

    private static let revoked = WebSocketReply.close(.policy, "what was shown does not allow this any more")

    /// A client that is misunderstood had better notice.
    private func refuse(_ problem: Problem, _ outbound: Outbound) async throws {
        try await outbound.write(try Self.message(ErrorMessage(detail: problem.detail)))
        try await outbound.write(.close(.policy, "the request was not understood"))
    }

    private func follow(_ pages: EventPages, _ outbound: Outbound) async {
        var iterator = pages.makeAsyncIterator()
        while true {
            let events: [Event]
            do {
                guard let some = try await iterator.next() else { break }
                events = some
            } catch {
                logger.warning("events can't be read for a WebSocket: \(error)")
                try? await outbound.write(.close(.internalError, "the events can't be read"))
                return
            }
            do {
                for start in stride(from: 0, to: events.count, by: Self.batch) {
                    let some = events[start..<min(start + Self.batch, events.count)]
                    try await outbound.write(
                        contentsOf: try some.map { try Self.message(EventMessage(event: EventDocument($0))) })
                }
            } catch {
                return  // The client is gone.
            }
        }
        if !Task.isCancelled { try? await outbound.write(Self.revoked) }
    }

    private static func message(_ message: some Encodable) throws -> WebSocketReply {
        .text(try JSONResponse.encode(message))
    }
}
