import HaleModel
import Hummingbird

/// Components that come and go while Hale runs.
struct RegistrationRoutes: Sendable {
    let backend: any ServerBackend

    private static let maxBytes = 64 << 10

    func add(to routes: Routes) {
        routes.post(Routes.api + "components/register") { request, context in
            let body = try await RequestBody(request, maxBytes: Self.maxBytes)
            let id = try body.componentID("component_id")
            let isKnown = backend.view[id] != nil
            var definition = body.values
            definition["component_id"] = nil
            switch await backend.register(ComponentRegistration(id: id, definition: definition), by: context.giver) {
            case .accepted:
                var response = try JSONResponse.make(
                    ComponentDocument(try backend.component(id), at: backend.view.at.wall),
                    status: isKnown ? .ok : .created)
                response.headers[.location] = "/\(Routes.api)component/\(id)"
                return response
            case .rejected(let problems): throw Problem(.unprocessableContent, problems.joined(separator: "\n"))
            case .refused(let refusal): throw Problem(refusal)
            }
        }
        routes.delete(Routes.api + "component/:id") { _, context in
            switch await backend.unregister(try context.componentID(), by: context.giver) {
            case .accepted(let message): return try JSONResponse.make(OrderDocument(message: message))
            case .rejected(let problems): throw Problem(.unprocessableContent, problems.joined(separator: "\n"))
            case .refused(let refusal): throw Problem(refusal)
            }
        }
    }
}
