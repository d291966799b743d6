import HaleModel
import Hummingbird
import ServiceLifecycle

/// The log of events, in order, and as it grows.
struct EventRoutes: Sendable {
    let backend: any ServerBackend

    private static let defaultLimit = 100
    private static let maxLimit = 10_000
    private static let maxNoteBytes = 16 << 10

    func add(to routes: Routes) {
        routes.get(Routes.api + "events") { request, _ in try await list(request) }
        routes.post(Routes.api + "events") { request, context in try await note(request, context) }
        routes.get(Routes.api + "events/stream") { request, context in try stream(request, for: context.bearer) }
    }

    /// Somebody tells of a change, so that what follows can be understood.
    private func note(_ request: Request, _ context: HaleContext) async throws -> Response {
        let body = try await RequestBody(
            request, keys: ["message", "component", "details"], maxBytes: Self.maxNoteBytes)
        guard let message = try body.text("message"), !message.isEmpty else {
            throw Problem(.badRequest, "\"message\": expected what was changed, in a sentence")
        }
        let id = body.values["component"] == nil ? nil : try body.componentID("component")
        return try await backend.obey(.note(id, message: message, details: try body.object("details")), context)
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
    private func stream(_ request: Request, for bearer: Bearer?) throws -> Response {
        let query = try Query(request, allowed: ["after", "kind", "component"])
        var cursor = try query.eventID("after")
        if let header = request.headers[.init("Last-Event-ID")!] {
            guard let number = UInt64(header) else {
                throw Problem(.badRequest, "Last-Event-ID: '\(header)' is not an event id")
            }
            cursor = EventID(number)
        }
        let frames = EventFrames(
            pages: EventPages(
                backend: backend, start: cursor ?? backend.view.lastEvent,
                kind: try query.value("kind", EventKind.self), component: try query.componentID("component"),
                isAllowed: { bearer.map(backend.holds) ?? true }, pulse: EventPages.usualPulse))
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody(asyncSequence: frames.cancelOnGracefulShutdown()))
    }
}
