import HaleModel
import Hummingbird

/// Probes of Hale itself. Whether components are well never shows here.
struct ProbeRoutes: Sendable {
    let backend: any ServerBackend

    func add(to routes: Routes) {
        routes.get("health") { _, _ in try health() }
        routes.get("ready") { _, _ in try readiness() }
        routes.get("started") { _, _ in try readiness() }
    }

    private func health() throws -> Response {
        if let stall = backend.stall {
            let reason = "the engine has stood still for \(stall)"
            return try JSONResponse.make(
                ProbeDocument(status: "unhealthy", reason: reason), status: .serviceUnavailable)
        }
        if let trouble = backend.view.storeTrouble {
            return try JSONResponse.make(
                ProbeDocument(status: "degraded", reason: "the store can't be written: \(trouble)"))
        }
        return try JSONResponse.make(ProbeDocument(status: "healthy"))
    }

    private func readiness() throws -> Response {
        guard let reason = backend.startingReason else { return try JSONResponse.make(ProbeDocument(status: "ready")) }
        return try JSONResponse.make(ProbeDocument(status: "starting", reason: reason), status: .serviceUnavailable)
    }
}
