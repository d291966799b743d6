import HaleModel
import NIOCore

/// Committed events as frames of server-sent events.
struct EventFrames: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let pages: EventPages

    func makeAsyncIterator() -> Iterator { Iterator(pages: pages.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var pages: EventPages.Iterator
        var hasGreeted = false

        mutating func next() async throws -> ByteBuffer? {
            if !hasGreeted {
                hasGreeted = true
                return ByteBuffer(string: ": events follow\n\n")
            }
            guard let events = try await pages.next() else { return nil }
            // A comment: whoever is gone is noticed.
            guard !events.isEmpty else { return ByteBuffer(string: ":\n\n") }
            var buffer = ByteBuffer()
            for event in events { try write(event, into: &buffer) }
            return buffer
        }

        private func write(_ event: Event, into buffer: inout ByteBuffer) throws {
            buffer.writeString("id: \(event.id)\nevent: \(event.kind.rawValue)\ndata: ")
            var body = try JSONResponse.encode(EventDocument(event))
            buffer.writeBuffer(&body)
            buffer.writeString("\n\n")
        }
    }
}
