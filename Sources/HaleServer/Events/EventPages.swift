package import HaleModel

/// Committed events from a place in the log on, in their order and as it grows; it ends when its task is cancelled, or when
/// whoever follows may not any more.
///
/// Whoever follows reads the log at its own pace: nothing is kept for it, nothing is lost and nothing comes twice.
package struct EventPages: AsyncSequence, Sendable {
    package typealias Element = [Event]

    let backend: any ServerBackend
    let start: EventID
    let kind: EventKind?
    let component: ComponentID?
    let isAllowed: @Sendable () -> Bool
    let pulse: Duration?

    /// How often it is asked whether somebody who waits is still there, and still may.
    static let usualPulse: Duration = .seconds(15)
    private static let size = 500

    /// - Parameters:
    ///   - start: events after this one.
    ///   - isAllowed: asked before each look into the log, and after each pulse.
    ///   - pulse: after so long without an event comes an empty page; `nil` for never.
    package init(
        backend: any ServerBackend, start: EventID, kind: EventKind? = nil, component: ComponentID? = nil,
        isAllowed: @escaping @Sendable () -> Bool = { true }, pulse: Duration? = nil
    ) {
        self.backend = backend
        self.start = start
        self.kind = kind
        self.component = component
        self.isAllowed = isAllowed
        self.pulse = pulse
    }

    package func makeAsyncIterator() -> Iterator { Iterator(pages: self, position: start) }

    package struct Iterator: AsyncIteratorProtocol {
        let pages: EventPages
        var position: EventID

        /// Events that are wanted.
        package mutating func next() async throws -> [Event]? {
            while !Task.isCancelled, pages.isAllowed() {
                let events = try await pages.backend.events(EventQuery(after: position, limit: EventPages.size))
                guard let last = events.last else {
                    guard await pages.waitForEvent(after: position) else { return [] }
                    continue
                }
                position = last.id
                let wanted = events.filter(pages.matches)
                if !wanted.isEmpty { return wanted }
            }
            return nil
        }
    }

    /// Whether one came before it was time for an empty page, or the task was cancelled.
    private func waitForEvent(after position: EventID) async -> Bool {
        guard let pulse else {
            await backend.waitForEvent(after: position)
            return true
        }
        return await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                await backend.waitForEvent(after: position)
                return true
            }
            tasks.addTask { (try? await Task.sleep(for: pulse)) == nil }
            let isEvent = await tasks.next() ?? true
            tasks.cancelAll()
            return isEvent
        }
    }

    private func matches(_ event: Event) -> Bool {
        (kind == nil || event.kind == kind) && (component == nil || event.component == component)
    }
}
