import HaleModel
import Hummingbird

/// Reading components.
struct ComponentRoutes: Sendable {
    let backend: any ServerBackend

    private static let defaultLimit = 500
    private static let maxLimit = 5_000

    func add(to router: RouterGroup<BasicRequestContext>) {
        router.get("components") { request, _ in try list(request) }
        router.get("component/:id") { _, context in
            let id = try context.componentID()
            guard let view = backend.view[id] else { throw Problem(.notFound, "there is no component '\(id)'") }
            return try JSONResponse.make(ComponentDocument(view))
        }
        router.get("component/:id/explain") { _, context in
            switch await backend.order(.explain(try context.componentID())) {
            case .explained(let explanation): return try JSONResponse.make(ExplanationDocument(explanation))
            case .refused(let refusal): throw Problem(refusal)
            case .accepted, .checked: throw Problem(.internalServerError, "an unexpected answer")
            }
        }
    }

    /// In the order of their ids; `after` is the cursor that the page before gave as `next`.
    private func list(_ request: Request) throws -> Response {
        let query = try Query(request, allowed: ["state", "layer", "after", "limit"])
        let state = try query.value("state", HealthState.self)
        let layer = try query.value("layer", Layer.self)
        let limit = try query.limit(default: Self.defaultLimit, max: Self.maxLimit)
        let after = try query.componentID("after")
        let matching = backend.view.components.filter { view in
            (state ?? view.state) == view.state && (layer ?? view.layer) == view.layer
                && (after.map { view.id > $0 } ?? true)
        }.sorted { $0.id < $1.id }
        let page = matching.prefix(limit)
        let next = matching.count > page.count ? page.last?.id.name : nil
        return try JSONResponse.make(ListDocument(items: page.map(ComponentDocument.init), next: next))
    }
}

extension BasicRequestContext {
    func componentID() throws -> ComponentID {
        let text = try parameters.require("id")
        guard let id = ComponentID(text) else { throw Problem(.badRequest, "'\(text)' is not a component id") }
        return id
    }
}
