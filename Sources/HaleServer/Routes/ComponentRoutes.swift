import HaleModel
import Hummingbird

/// Reading components.
struct ComponentRoutes: Sendable {
    let backend: any ServerBackend

    private static let defaultLines = 100
    private static let maxLines = 10_000

    func add(to routes: Routes) {
        routes.get(Routes.api + "components") { request, _ in
            let view = backend.view
            let page = try ComponentPage(request, view)
            return try JSONResponse.make(
                ListDocument(items: page.items.map { ComponentDocument($0, at: view.at.wall) }, next: page.next))
        }
        routes.get(Routes.api + "component/:id") { request, context in
            _ = try Query(request, allowed: [])
            let component = try backend.component(try context.componentID())
            return try JSONResponse.make(ComponentDocument(component, at: backend.view.at.wall))
        }
        routes.get(Routes.api + "component/:id/stats") { request, context in
            _ = try Query(request, allowed: [])
            return try JSONResponse.make(StatsDocument(try backend.component(try context.componentID())))
        }
        routes.get(Routes.api + "component/:id/explain") { request, context in
            _ = try Query(request, allowed: [])
            switch await backend.order(.explain(try context.componentID()), by: nil) {
            case .explained(let explanation): return try JSONResponse.make(ExplanationDocument(explanation))
            case .refused(let refusal): throw Problem(refusal)
            case .accepted, .checked: throw Problem(.internalServerError, "an unexpected answer")
            }
        }
        routes.get(Routes.api + "component/:id/logs") { request, context in try await logs(request, context) }
    }

    /// The last lines of what its program, or its remedies, wrote.
    private func logs(_ request: Request, _ context: HaleContext) async throws -> Response {
        let query = try Query(request, allowed: ["lines", "instance", "remedies"])
        let id = try backend.component(try context.componentID()).id
        let count = try query.number("lines", 1...Self.maxLines) ?? Self.defaultLines
        let instance = try query.number("instance", 0...1_000)
        let remedies = try query.flag("remedies")
        if remedies, instance != nil {
            throw Problem(.badRequest, "'instance' and 'remedies' are about different output; give one of them")
        }
        let lines = try await backend.log(of: id, instance: remedies ? nil : instance ?? 0, lines: count)
        guard let lines else { throw Problem(.notFound, "\(id) has written no output") }
        return try JSONResponse.make(ListDocument(items: lines, next: nil))
    }
}
