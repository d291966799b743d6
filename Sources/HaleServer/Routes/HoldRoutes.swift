import HaleModel
import Hummingbird

/// What people have said about components: silences and maintenance.
struct HoldRoutes: Sendable {
    let backend: any ServerBackend

    func add(to routes: Routes) {
        routes.get(Routes.api + "silences") { request, _ in
            _ = try Query(request, allowed: [])
            return try list(backend.view.components.compactMap { SilenceDocument($0) })
        }
        routes.post(Routes.api + "silences") { request, context in
            let body = try await RequestBody(request, keys: ["component", "for"])
            guard let span = try body.span("for") else {
                throw Problem(.badRequest, "\"for\": expected a duration such as \"2h\"")
            }
            return try await backend.obey(.silence(try body.componentID("component"), for: span), context)
        }
        routes.delete(Routes.api + "silences/:id") { _, context in
            try await backend.obey(.endSilence(try context.componentID()), context)
        }
        routes.get(Routes.api + "maintenance") { request, _ in
            _ = try Query(request, allowed: [])
            return try list(backend.view.components.compactMap { MaintenanceDocument($0) })
        }
    }

    private func list<Item: Codable & Hashable & Sendable>(_ items: [Item]) throws -> Response {
        try JSONResponse.make(ListDocument(items: items, next: nil))
    }
}
