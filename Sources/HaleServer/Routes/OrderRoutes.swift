import Foundation
import HaleModel
import Hummingbird
import NIOCore

/// Orders, for those who may give them.
struct OrderRoutes: Sendable {
    let backend: any ServerBackend

    private static let maxBodyBytes = 4_096

    func add(to router: RouterGroup<BasicRequestContext>) {
        router.post("check") { _, _ in try await obey(.check(nil)) }
        router.post("component/:id/check") { _, context in try await obey(.check(try context.componentID())) }
        router.post("component/:id/heal") { _, context in try await obey(.heal(try context.componentID())) }
        router.post("component/:id/start") { _, context in try await obey(.start(try context.componentID())) }
        router.post("component/:id/stop") { _, context in try await obey(.stop(try context.componentID())) }
        router.post("shutdown") { request, _ in
            let body = try await request.body.collect(upTo: Self.maxBodyBytes)
            struct Order: Decodable { var programs: Bool? }
            guard let order = try? JSONDecoder().decode(Order.self, from: Data(body.readableBytesView)) else {
                throw Problem(.badRequest, "expected {\"programs\": true} or {\"programs\": false}")
            }
            return try await obey(.shutdown(programs: order.programs ?? false))
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
}
