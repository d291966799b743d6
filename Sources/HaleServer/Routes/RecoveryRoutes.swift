import HaleModel
import Hummingbird

/// What remedies were run, and what they came to.
struct RecoveryRoutes: Sendable {
    let backend: any ServerBackend

    private static let maxCount = 1_000

    func add(to routes: Routes) {
        routes.get(Routes.api + "recovery/stats") { request, _ in
            let query = try Query(request, allowed: ["component"])
            let counts = try await backend.recoveryCounts(of: try known(query))
            return try JSONResponse.make(RecoveryStatsDocument(counts))
        }
        routes.get(Routes.api + "recovery/recent") { request, _ in
            let query = try Query(request, allowed: ["component", "count"])
            let count = try query.number("count", 1...Self.maxCount) ?? 10
            let recent = try await backend.recoveries(of: try known(query), limit: count)
            return try JSONResponse.make(ListDocument(items: recent.map(RecoveryDocument.init), next: nil))
        }
    }

    private func known(_ query: Query) throws -> ComponentID? {
        try query.componentID("component").map { try backend.component($0).id }
    }
}
