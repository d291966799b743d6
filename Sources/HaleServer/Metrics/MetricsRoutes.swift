import HaleModel
import Hummingbird

/// `/metrics`, for Prometheus and what speaks like it.
struct MetricsRoutes: Sendable {
    let backend: any ServerBackend

    func add(to routes: Routes) {
        routes.get("metrics") { request, _ in
            let format = MetricsText.Format(accept: request.headers[.accept])
            let document = MetricsDocument(
                view: backend.view, version: backend.version, stall: backend.stall, events: backend.eventCounts,
                recoveries: try? await backend.recoveryCounts(of: nil), process: .own)
            return Response(
                status: .ok, headers: [.contentType: format.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: document.text(format))))
        }
    }
}
