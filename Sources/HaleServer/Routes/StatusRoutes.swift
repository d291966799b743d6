import Foundation
import HaleModel
import Hummingbird
import NIOCore
import Synchronization

/// Everything as one document, serialised at most four times a second however many ask for it.
final class StatusRoutes: Sendable {
    private struct Cached {
        var body: ByteBuffer
        var tag: String
        var version: UInt64
        var at: NIODeadline
    }

    private let backend: any ServerBackend
    private let cache = Mutex<Cached?>(nil)

    private static let freshFor: TimeAmount = .milliseconds(250)
    private static let recentEvents = 20
    private static let healthType = "application/health+json"

    init(backend: any ServerBackend) { self.backend = backend }

    func add(to routes: Routes) {
        routes.get("status") { request, _ in try await self.status(request) }
    }

    private func status(_ request: Request) async throws -> Response {
        if request.headers[.accept]?.contains(Self.healthType) == true { return try healthCheck() }
        let cached = try await current()
        let headers: HTTPFields = [.eTag: cached.tag, .contentType: "application/json", .cacheControl: "no-cache"]
        if request.headers[.ifNoneMatch] == cached.tag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: cached.body))
    }

    /// As the draft wants it, a failure is no 2xx.
    private func healthCheck() throws -> Response {
        let document = HealthCheckDocument(backend.view, version: backend.version)
        return try JSONResponse.make(
            document, status: document.status == .fail ? .serviceUnavailable : .ok, type: Self.healthType,
            keys: .useDefaultKeys)
    }

    private func current() async throws -> Cached {
        let view = backend.view
        let now = NIODeadline.now()
        if let cached = cache.withLock({ $0 }), cached.version == view.version || now - cached.at < Self.freshFor {
            return cached
        }
        let events = try await backend.events(EventQuery(limit: Self.recentEvents))
        let document = StatusDocument(view, version: backend.version, recentEvents: events)
        let fresh = Cached(
            body: try JSONResponse.encode(document), tag: "\"\(view.version)\"", version: view.version, at: now)
        cache.withLock { $0 = fresh }
        return fresh
    }
}
