import HaleModel
import Hummingbird

/// Orders, for those who may give them.
struct OrderRoutes: Sendable {
    let backend: any ServerBackend

    func add(to router: RouterGroup<BasicRequestContext>) {
        router.post("check") { _, _ in try await obey(.check(nil)) }
        router.post("shutdown") { request, _ in
            let body = try await RequestBody(request, keys: ["programs"])
            return try await obey(.shutdown(programs: try body.flag("programs")))
        }
        router.post("config/reload") { request, _ in
            let body = try await RequestBody(request, keys: ["dry_run"])
            return try await reload(isRehearsal: try body.flag("dry_run"))
        }
        addPlain(to: router)
        addWithBody(to: router)
    }

    /// Orders that need nothing but a component.
    private func addPlain(to router: RouterGroup<BasicRequestContext>) {
        let orders: [(verb: RouterPath, order: @Sendable (ComponentID) -> OperatorOrder)] = [
            ("check", { .check($0) }), ("heal", { .heal($0) }), ("start", { .start($0) }), ("stop", { .stop($0) }),
            ("pause", { .pause($0) }), ("resume", { .resume($0) }), ("reset", { .reset($0) }),
        ]
        for (verb, order) in orders {
            router.post("component/:id/\(verb)") { _, context in try await obey(order(try context.componentID())) }
        }
    }

    private func addWithBody(to router: RouterGroup<BasicRequestContext>) {
        router.post("component/:id/maintenance") { request, context in
            let body = try await RequestBody(request, keys: ["for"])
            return try await obey(.maintenance(try context.componentID(), for: try body.span("for")))
        }
        router.post("component/:id/silence") { request, context in
            let body = try await RequestBody(request, keys: ["for"])
            guard let span = try body.span("for") else {
                throw Problem(.badRequest, "expected {\"for\": \"1h\"}: for how long nothing is to be said")
            }
            return try await obey(.silence(try context.componentID(), for: span))
        }
        router.post("component/:id/ack") { request, context in
            let body = try await RequestBody(request, keys: ["note"])
            return try await obey(.acknowledge(try context.componentID(), note: try body.text("note")))
        }
        router.post("circuit-breakers/reset") { request, _ in
            let body = try await RequestBody(request, keys: ["component", "check"])
            return try await obey(
                .resetBreaker(try body.componentID("component"), check: try body.text("check")))
        }
    }

    private func obey(_ order: OperatorOrder) async throws -> Response {
        switch await backend.order(order) {
        case .accepted(let message): return try JSONResponse.make(OrderDocument(message: message), status: .accepted)
        case .checked(let results):
            return try JSONResponse.make(ListDocument(items: results.map(CheckedDocument.init), next: nil))
        case .refused(let refusal): throw Problem(refusal)
        case .explained: throw Problem(.internalServerError, "an unexpected answer")
        }
    }

    private func reload(isRehearsal: Bool) async throws -> Response {
        switch await backend.reload(isRehearsal: isRehearsal) {
        case .accepted(let document): return try JSONResponse.make(document)
        case .rejected(let problems): throw Problem(.unprocessableContent, problems.joined(separator: "\n"))
        case .refused(let refusal): throw Problem(refusal)
        }
    }
}
