package import HaleModel

/// Committed events from a place in the log on, in their order and as it grows; it ends when its task is cancelled.
///
/// Whoever follows reads the log at its own pace: nothing is kept for it, nothing is lost and nothing comes twice.
package struct EventPages: AsyncSequence, Sendable {
    package typealias Element = [Event]

    let backend: any ServerBackend
    let start: EventID
    let kind: EventKind?
    let component: ComponentID?

    private static let size = 500

    /// - Parameter start: events after this one.
    package init(
        backend: any ServerBackend, start: EventID, kind: EventKind? = nil, component: ComponentID? = nil
    ) {
        self.backend = backend
        self.start = start
        self.kind = kind
        self.component = component
    }

    package func makeAsyncIterator() -> Iterator { Iterator(pages: self, position: start) }

    package struct Iterator: AsyncIteratorProtocol {
        let pages: EventPages
        var position: EventID

        /// Events that are wanted, at least one.
        package mutating func next() async throws -> [Event]? {
            while !Task.isCancelled {
                let events = try await pages.backend.events(EventQuery(after: position, limit: EventPages.size))
                guard let last = events.last else {
                    await pages.backend.waitForEvent(after: position)
                    continue
                }
                position = last.id
                let wanted = events.filter(pages.matches)
                if !wanted.isEmpty { return wanted }
            }
            return nil
        }
    }

    private func matches(_ event: Event) -> Bool {
        (kind == nil || event.kind == kind) && (component == nil || event.component == component)
    }
}
