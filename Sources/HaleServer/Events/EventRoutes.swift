import HaleModel
import Hummingbird
import ServiceLifecycle

/// The log of events, in order, and as it grows.
struct EventRoutes: Sendable {
    let backend: any ServerBackend

    private static let defaultLimit = 100
    private static let maxLimit = 10_000

    func add(to router: RouterGroup<BasicRequestContext>) {
        router.get("events") { request, _ in try await list(request) }
        router.get("events/stream") { request, _ in try stream(request) }
    }

    private func list(_ request: Request) async throws -> Response {
        let query = try Query(request, allowed: ["after", "kind", "component", "limit"])
        let limit = try query.limit(default: Self.defaultLimit, max: Self.maxLimit)
        let after = try query.eventID("after")
        let events = try await backend.events(
            EventQuery(
                after: after, component: try query.componentID("component"),
                kind: try query.value("kind", EventKind.self),
                limit: limit))
        let next = after != nil && events.count == limit ? events.last.map { "\($0.id)" } : nil
        return try JSONResponse.make(ListDocument(items: events.map(EventDocument.init), next: next))
    }

    /// Server-sent events from after `Last-Event-ID` (or `after`), or from now; nothing lost or doubled across a reconnect.
    private func stream(_ request: Request) throws -> Response {
        let query = try Query(request, allowed: ["after", "kind", "component"])
        var cursor = try query.eventID("after")
        if let header = request.headers[.init("Last-Event-ID")!] {
            guard let number = UInt64(header) else {
                throw Problem(.badRequest, "Last-Event-ID: '\(header)' is not an event id")
            }
            cursor = EventID(number)
        }
        let frames = EventFrames(
            backend: backend, start: cursor ?? backend.view.lastEvent, kind: try query.value("kind", EventKind.self),
            component: try query.componentID("component"))
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody(asyncSequence: frames.cancelOnGracefulShutdown()))
    }
}
