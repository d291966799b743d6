import HaleModel
import NIOCore

/// Committed events from a place in the log on, as frames of server-sent events; it ends when its task is cancelled.
struct EventFrames: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let backend: any ServerBackend
    let start: EventID
    let kind: EventKind?
    let component: ComponentID?

    private static let page = 500

    func makeAsyncIterator() -> Iterator { Iterator(frames: self, position: start) }

    struct Iterator: AsyncIteratorProtocol {
        let frames: EventFrames
        var position: EventID
        var hasGreeted = false

        mutating func next() async throws -> ByteBuffer? {
            if !hasGreeted {
                hasGreeted = true
                return ByteBuffer(string: ": events follow\n\n")
            }
            while !Task.isCancelled {
                let events = try await frames.backend.events(EventQuery(after: position, limit: EventFrames.page))
                guard let last = events.last else {
                    await frames.backend.waitForEvent(after: position)
                    continue
                }
                position = last.id
                var buffer = ByteBuffer()
                for event in events where frames.matches(event) { try frames.write(event, into: &buffer) }
                if buffer.readableBytes > 0 { return buffer }
            }
            return nil
        }
    }

    private func matches(_ event: Event) -> Bool {
        (kind == nil || event.kind == kind) && (component == nil || event.component == component)
    }

    private func write(_ event: Event, into buffer: inout ByteBuffer) throws {
        buffer.writeString("id: \(event.id)\nevent: \(event.kind.rawValue)\ndata: ")
        var body = try JSONResponse.encode(EventDocument(event))
        buffer.writeBuffer(&body)
        buffer.writeString("\n\n")
    }
}
