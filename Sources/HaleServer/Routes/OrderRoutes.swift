import HaleModel
import Hummingbird

/// Orders about components.
struct OrderRoutes: Sendable {
    let backend: any ServerBackend

    func add(to routes: Routes) {
        routes.post(Routes.api + "check") { request, context in
            _ = try await RequestBody(request, keys: [])
            return try await backend.obey(.check(nil), context)
        }
        addPlain(to: routes)
        addWithBody(to: routes)
    }

    /// Orders that need nothing but a component.
    private func addPlain(to routes: Routes) {
        let orders: [(verb: String, order: @Sendable (ComponentID) -> OperatorOrder)] = [
            ("check", { .check($0) }), ("heal", { .heal($0) }), ("start", { .start($0) }), ("stop", { .stop($0) }),
            ("pause", { .pause($0) }), ("resume", { .resume($0) }), ("reset", { .reset($0) }),
        ]
        for (verb, order) in orders {
            routes.post(Routes.api + "component/:id/\(verb)") { request, context in
                _ = try await RequestBody(request, keys: [])
                return try await backend.obey(order(try context.componentID()), context)
            }
        }
    }

    private func addWithBody(to routes: Routes) {
        routes.post(Routes.api + "component/:id/maintenance") { request, context in
            let body = try await RequestBody(request, keys: ["for"])
            return try await backend.obey(.maintenance(try context.componentID(), for: try body.span("for")), context)
        }
        routes.post(Routes.api + "component/:id/ack") { request, context in
            let body = try await RequestBody(request, keys: ["note"])
            return try await backend.obey(.acknowledge(try context.componentID(), note: try body.text("note")), context)
        }
        routes.post(Routes.api + "component/:id/auto-heal") { request, context in
            let body = try await RequestBody(request, keys: ["enabled"])
            return try await backend.obey(
                .autoHeal(try context.componentID(), try body.requiredFlag("enabled")), context)
        }
        routes.post(Routes.api + "circuit-breakers/reset") { request, context in
            let body = try await RequestBody(request, keys: ["component", "check"])
            return try await backend.obey(
                .resetBreaker(try body.componentID("component"), check: try body.text("check")), context)
        }
    }
}

extension ServerBackend {
    func obey(_ order: OperatorOrder, _ context: HaleContext) async throws -> Response {
        switch await self.order(order, by: context.giver) {
        case .accepted(let message): return try JSONResponse.make(OrderDocument(message: message), status: .accepted)
        case .checked(let results):
            return try JSONResponse.make(ListDocument(items: results.map(CheckedDocument.init), next: nil))
        case .refused(let refusal): throw Problem(refusal)
        case .explained: throw Problem(.internalServerError, "an unexpected answer")
        }
    }
}
