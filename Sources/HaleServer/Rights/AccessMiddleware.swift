import HTTPTypes
import HaleModel
import Hummingbird
import NIOHTTP1

/// Lets through what the rules allow.
struct AccessMiddleware: RouterMiddleware {
    let doorkeeper: Doorkeeper

    func handle(
        _ request: Request, context: HaleContext, next: @concurrent (Request, HaleContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        do throws(AccessRules.Refusal) {
            context.bearer = try doorkeeper.admit(Caller(request, context))
        } catch {
            throw Problem(error)
        }
        return try await next(request, context)
    }
}

extension Caller {
    init(_ request: Request, _ context: HaleContext) {
        self.init(
            method: request.method.rawValue, path: request.uri.path, isFromLoopback: context.isFromLoopback,
            localPort: context.localPort
        ) { name in
            // The first `Host` has become the authority; a second one is still among the headers.
            let authority = name == "host" ? [request.head.authority].compactMap { $0 } : []
            return authority + (HTTPField.Name(name).map { request.headers[values: $0] } ?? [])
        }
    }
}

extension Problem {
    init(_ refusal: AccessRules.Refusal) {
        let phrase = HTTPResponseStatus(statusCode: refusal.status).reasonPhrase
        self.init(HTTPResponse.Status(code: refusal.status, reasonPhrase: phrase), refusal.message)
        if refusal.status == 401 { headers[.wwwAuthenticate] = "Bearer realm=\"hale\"" }
    }
}
