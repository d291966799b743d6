import HaleModel
import Hummingbird

/// How everything is, in short.
struct HealthRoutes: Sendable {
    let backend: any ServerBackend

    func add(to routes: Routes) {
        routes.get(Routes.api + "health") { request, _ in
            let query = try Query(request, allowed: ["component"])
            guard let id = try query.componentID("component") else {
                return try JSONResponse.make(HealthDocument(backend.view))
            }
            return try JSONResponse.make(HealthDocument(try backend.component(id)))
        }
        routes.get(Routes.api + "health/components") { request, _ in
            let page = try ComponentPage(request, backend.view)
            return try JSONResponse.make(ListDocument(items: page.items.map(HealthDocument.init), next: page.next))
        }
    }
}

extension ServerBackend {
    func component(_ id: ComponentID) throws -> ComponentView {
        guard let view = view[id] else { throw Problem(.notFound, "there is no component '\(id)'") }
        return view
    }
}
