import HaleModel
import Hummingbird

/// How a browser comes to a cookie: by a token in a form, or by a link that works once.
struct SessionRoutes: Sendable {
    let backend: any ServerBackend
    let sessions: Sessions

    func add(to routes: Routes) {
        routes.post("session") { request, context in
            let body = try await RequestBody(request, keys: ["token"])
            guard let token = try body.text("token") else { throw Problem(.badRequest, "expected {\"token\": \"…\"}") }
            guard let bearer = backend.bearer(of: token) else {
                throw Problem(.unauthorized, "the token is not known, or not any more")
            }
            let secret = sessions.begin(bearer)
            return Response(status: .noContent, headers: context.cookie(secret))
        }
        routes.delete("session") { request, context in
            if let secret = context.sessionSecret(request) { sessions.end(secret) }
            return Response(status: .noContent, headers: context.cookie(nil))
        }
        routes.get("session/:link") { _, context in
            guard let secret = sessions.redeem(try context.parameters.require("link")) else {
                throw Problem(
                    .gone, "this link was used already, or is too old; `hale run` in a terminal prints another")
            }
            var headers = context.cookie(secret)
            headers[.location] = "/status"
            headers[.init("Referrer-Policy")!] = "no-referrer"
            return Response(status: .seeOther, headers: headers)
        }
    }
}

extension HaleContext {
    /// Cookies do not tell ports apart, so that two Hales on one machine need different names.
    private var cookieName: String { "hale-session-\(localPort)" }

    /// - Parameter secret: `nil` ends the session in the browser.
    fileprivate func cookie(_ secret: String?) -> HTTPFields {
        let age = secret == nil ? 0 : Sessions.sessionLasts.components.seconds
        let value = "\(cookieName)=\(secret ?? ""); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict"
        return [.setCookie: value, .cacheControl: "no-store"]
    }

    func sessionSecret(_ request: Request) -> String? {
        for field in request.headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let words = pair.split(separator: "=", maxSplits: 1)
                if words.count == 2, words[0].filter({ $0 != " " }) == cookieName { return String(words[1]) }
            }
        }
        return nil
    }
}
