import HaleModel
import Hummingbird

/// Hale itself: its monitoring as a whole, its configuration, its end.
struct DaemonRoutes: Sendable {
    let backend: any ServerBackend

    func add(to routes: Routes) {
        for (verb, isOn) in [("start", true), ("stop", false)] {
            routes.post(Routes.api + "monitoring/\(verb)") { request, context in
                _ = try await RequestBody(request, keys: [])
                return try await backend.obey(.monitoring(isOn), context)
            }
        }
        routes.get(Routes.api + "monitoring/status") { request, _ in
            _ = try Query(request, allowed: [])
            return try JSONResponse.make(MonitoringDocument(backend.view))
        }
        routes.get(Routes.api + "config") { request, _ in
            _ = try Query(request, allowed: [])
            return try JSONResponse.make(ListDocument(items: await backend.settings(), next: nil))
        }
        routes.post(Routes.api + "config/reload") { request, context in
            let body = try await RequestBody(request, keys: ["dry_run"])
            switch await backend.reload(isRehearsal: try body.flag("dry_run"), by: context.giver) {
            case .accepted(let document): return try JSONResponse.make(document)
            case .rejected(let problems): throw Problem(.unprocessableContent, problems.joined(separator: "\n"))
            case .refused(let refusal): throw Problem(refusal)
            }
        }
        routes.post(Routes.api + "shutdown") { request, context in
            let body = try await RequestBody(request, keys: ["programs"])
            return try await backend.obey(.shutdown(programs: try body.flag("programs")), context)
        }
    }
}
