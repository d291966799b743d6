import HaleModel
import Hummingbird

/// How a browser comes to a cookie: by a token in a form, or by a link that works once.
struct SessionRoutes: Sendable {
    let backend: any ServerBackend
    let sessions: Sessions
    /// Whether the connection is, so that a browser shows the cookie on no other.
    let isSecure: Bool

    func add(to routes: Routes) {
        routes.post("session") { request, context in
            let body = try await RequestBody(request, keys: ["token"])
            guard let token = try body.text("token") else { throw Problem(.badRequest, "expected {\"token\": \"…\"}") }
            guard let bearer = backend.bearer(of: token) else {
                throw Problem(.unauthorized, "the token is not known, or not any more")
            }
            let secret = sessions.begin(bearer)
            return Response(status: .noContent, headers: context.cookie(secret, isSecure))
        }
        routes.delete("session") { request, context in
            if let secret = SessionCookie.secret(in: request.headers[values: .cookie], port: context.localPort) {
                sessions.end(secret)
            }
            return Response(status: .noContent, headers: context.cookie(nil, isSecure))
        }
        routes.get("session/:link") { request, context in
            var headers = try session(by: try context.parameters.require("link"), request, context)
            headers[.location] = "/status"
            headers[.init("Referrer-Policy")!] = "no-referrer"
            return Response(status: .seeOther, headers: headers)
        }
    }

    /// Whoever asks by `HEAD` looks where a link leads, and does not use it up.
    private func session(by link: String, _ request: Request, _ context: HaleContext) throws -> HTTPFields {
        if request.method == .head {
            if sessions.offers(link) { return [.cacheControl: "no-store"] }
        } else if let secret = sessions.redeem(link) {
            return context.cookie(secret, isSecure)
        }
        throw Problem(.gone, "this link was used already, or is too old; `hale run` in a terminal prints another")
    }
}

extension HaleContext {
    /// - Parameter secret: `nil` ends the session in the browser.
    fileprivate func cookie(_ secret: String?, _ isSecure: Bool) -> HTTPFields {
        let age = secret == nil ? 0 : Sessions.sessionLasts.components.seconds
        let value =
            "\(SessionCookie.name(port: localPort))=\(secret ?? ""); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
        return [.setCookie: value, .cacheControl: "no-store"]
    }
}
