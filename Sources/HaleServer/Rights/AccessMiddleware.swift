import HTTPTypes
import HaleModel
import Hummingbird

/// Lets through what the rules allow.
struct AccessMiddleware: RouterMiddleware {
    let rules: AccessRules
    /// On the Unix socket everything is allowed: whoever may open it is the owner.
    let isSocket: Bool
    let backend: any ServerBackend
    let sessions: Sessions

    func handle(
        _ request: Request, context: HaleContext, next: @concurrent (Request, HaleContext) async throws -> Response
    ) async throws -> Response {
        let (shown, bearer) = credential(request, context)
        let hasBody = (request.headers[.contentLength] ?? "0") != "0" || request.headers[.transferEncoding] != nil
        let isRelayed = Self.relayed.contains { request.headers[$0] != nil }
        let decision = rules.decide(
            AccessRequest(
                method: request.method.rawValue, path: request.uri.path,
                peer: isSocket ? .socket : .tcp(isLocal: context.isFromLoopback && !isRelayed),
                hosts: [request.head.authority].compactMap { $0 } + request.headers[values: Self.host],
                origin: request.headers[.origin], hasBody: hasBody, bodyType: request.headers[.contentType],
                credential: shown))
        if case .refused(let refusal) = decision { throw Problem(refusal) }
        var context = context
        context.bearer = bearer
        return try await next(request, context)
    }

    /// The first `Host` has become the authority; a second one is still among the headers.
    private static let host = HTTPField.Name("Host")!
    /// A proxy on this machine speaks for somebody else.
    private static let relayed = ["Forwarded", "X-Forwarded-For", "X-Real-IP"].map { HTTPField.Name($0)! }

    /// What was shown, and whose token it is, if it is one.
    private func credential(_ request: Request, _ context: HaleContext) -> (AccessRequest.Credential, Bearer?) {
        if let header = request.headers[.authorization] {
            let words = header.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[0].lowercased() == "bearer",
                let bearer = backend.bearer(of: String(words[1]))
            else { return (.unknown, nil) }
            return (.token(bearer.grant), bearer)
        }
        guard let secret = context.sessionSecret(request),
            let session = sessions.session(secret, holds: backend.holds)
        else { return (.none, nil) }
        return (.cookie(session.grant), session.bearer)
    }
}

extension Problem {
    init(_ refusal: AccessRules.Refusal) {
        self.init(HTTPResponse.Status(code: refusal.status), refusal.message)
        if refusal.status == 401 { headers[.wwwAuthenticate] = "Bearer realm=\"hale\"" }
    }
}
