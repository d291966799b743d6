import HaleModel
import NIOCore

/// Committed events from a place in the log on, as frames of server-sent events; it ends when its task is cancelled, or
/// when the token that it was opened with is in force no more.
struct EventFrames: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let backend: any ServerBackend
    let bearer: Bearer?
    let start: EventID
    let kind: EventKind?
    let component: ComponentID?

    private static let page = 500
    /// A comment is sent after so long without an event, so that a reader who is gone is noticed.
    private static let pulse: Duration = .seconds(15)

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
            while !Task.isCancelled, frames.bearer.map(frames.backend.holds) ?? true {
                let events = try await frames.backend.events(EventQuery(after: position, limit: EventFrames.page))
                guard let last = events.last else {
                    guard await frames.waitForEvent(after: position) else { return ByteBuffer(string: ":\n\n") }
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

    /// Whether one came before it is time for a comment, or the task was cancelled.
    private func waitForEvent(after position: EventID) async -> Bool {
        await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                await backend.waitForEvent(after: position)
                return true
            }
            tasks.addTask { (try? await Task.sleep(for: Self.pulse)) == nil }
            let isEvent = await tasks.next() ?? true
            tasks.cancelAll()
            return isEvent
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
