import HaleModel
import Hummingbird

/// The circuit breakers of all checks.
struct BreakerRoutes: Sendable {
    let backend: any ServerBackend

    func add(to routes: Routes) {
        routes.get(Routes.api + "circuit-breakers") { request, _ in
            let query = try Query(request, allowed: ["component"])
            let only = try query.componentID("component")
            if let only { _ = try backend.component(only) }
            let documents = backend.view.components.filter { only == nil || $0.id == only }.flatMap { component in
                component.checks.map { BreakerDocument($0, of: component.id) }
            }
            return try JSONResponse.make(ListDocument(items: documents, next: nil))
        }
    }
}
