import HaleModel
import HaleServer
import Testing

/// Who may do what, line by line.
@Suite struct AccessTests {
    struct Line: CustomTestStringConvertible, Sendable {
        var request: AccessRequest
        var rules = AccessRules(hosts: ["hale.example.org"])
        /// `nil`: allowed.
        var status: Int?
        var testDescription: String { "\(request.method) \(request.path) by \(request.credential) at \(request.hosts)" }
    }

    static func tcp(
        _ method: String, _ path: String, _ credential: AccessRequest.Credential = .none, local: Bool = true,
        hosts: [String] = ["127.0.0.1:8790"], origin: String? = nil, body: String?? = .none
    ) -> AccessRequest {
        AccessRequest(
            method: method, path: path, peer: .tcp(isLocal: local), hosts: hosts, origin: origin, hasBody: body != nil,
            bodyType: body ?? nil, credential: credential)
    }

    static let reader = Grant(name: "reader", role: .read)
    static let beater = Grant(name: "beater", role: .heartbeat)
    static let limited = Grant(name: "limited", role: .heartbeat, components: ["api"])
    static let operate = Grant(name: "ops", role: .operate)
    static let read = "/api/v1/healing/components"
    static let order = "/api/v1/healing/component/api/heal"
    static let beat = "/health/heartbeat/api"

    // MARK: Roles

    static let roles: [Line] = [
        .init(request: tcp("GET", "/health", local: false), status: nil),
        .init(request: tcp("GET", "/ready", .unknown, local: false), status: nil),
        .init(request: tcp("GET", read), status: nil),
        .init(request: tcp("HEAD", read), status: nil),
        .init(request: tcp("GET", read, local: false), status: 401),
        .init(request: tcp("GET", read, .unknown), status: 401),
        .init(request: tcp("GET", read, .token(reader), local: false), status: nil),
        .init(request: tcp("GET", read, .token(operate), local: false), status: nil),
        .init(request: tcp("GET", read, .token(beater), local: false), status: 403),
        .init(request: tcp("GET", read, .token(beater), local: true), status: nil),
        .init(request: tcp("POST", order), status: 401),
        .init(request: tcp("POST", order, .unknown), status: 401),
        .init(request: tcp("POST", order, .token(reader)), status: 403),
        .init(request: tcp("POST", order, .token(beater)), status: 403),
        .init(request: tcp("POST", order, .token(operate)), status: nil),
        .init(request: tcp("POST", order, .token(operate), local: false), status: nil),
        .init(request: tcp("DELETE", "/api/v1/healing/component/api"), status: 401),
        .init(request: tcp("POST", beat), status: nil),
        .init(request: tcp("POST", beat, local: false), status: 401),
        .init(request: tcp("POST", beat, .token(beater), local: false), status: nil),
        .init(request: tcp("POST", beat, .token(reader), local: false), status: 403),
        .init(request: tcp("POST", beat, .token(operate), local: false), status: nil),
        .init(request: tcp("POST", beat, .token(limited), local: false), status: nil),
        .init(request: tcp("POST", "/health/heartbeat/web", .token(limited), local: false), status: 403),
        .init(request: tcp("POST", "/health/heartbeat/web", .token(limited)), status: 403),
        .init(request: tcp("POST", "/session", local: false), status: nil),
        .init(request: tcp("GET", "/session/abc", local: false), status: nil),
        .init(request: tcp("POST", "/session/abc", local: false), status: 401),
        // What nobody thought of needs the most.
        .init(request: tcp("BREW", "/health"), status: 401),
        .init(request: tcp("OPTIONS", read), status: 401),
        .init(request: tcp("POST", "/health"), status: 401),
        .init(request: tcp("GET", "/health/", local: false), status: 401),
        .init(request: tcp("POST", "/health/heartbeat/../shutdown"), status: nil),
    ]

    // MARK: Hosts, origins, bodies

    static let page = "https://evil.example"
    static let places: [Line] = [
        .init(request: tcp("GET", read, hosts: ["localhost:8790"]), status: nil),
        .init(request: tcp("GET", read, hosts: ["LOCALHOST"]), status: nil),
        .init(request: tcp("GET", read, hosts: ["[::1]:8790"]), status: nil),
        .init(request: tcp("GET", read, hosts: ["192.0.2.7"]), status: nil),
        .init(request: tcp("GET", read, hosts: ["hale.example.org"]), status: nil),
        .init(request: tcp("GET", read, hosts: ["evil.example"]), status: 421),
        .init(request: tcp("GET", "/health", hosts: ["evil.example"]), status: 421),
        .init(request: tcp("GET", read, hosts: ["localhost.evil.example"]), status: 421),
        .init(request: tcp("GET", read, hosts: ["127.0.0.1.evil.example"]), status: 421),
        .init(request: tcp("GET", read, hosts: ["127.0.0.256"]), status: 421),
        .init(request: tcp("GET", read, hosts: []), status: 400),
        .init(request: tcp("GET", read, hosts: [""]), status: 400),
        .init(request: tcp("GET", read, hosts: ["localhost", "localhost"]), status: 400),
        .init(request: tcp("GET", read, hosts: ["localhost:99999999"]), status: 400),
        .init(request: tcp("GET", read, hosts: ["user@localhost"]), status: 400),
        .init(request: tcp("GET", read, hosts: ["localhost/x"]), status: 400),
        .init(request: tcp("GET", read, hosts: ["[::1"]), status: 400),
        .init(request: tcp("GET", read, origin: page), status: 403),
        .init(request: tcp("GET", read, origin: "null"), status: 403),
        .init(request: tcp("GET", read, origin: "http://127.0.0.1:8790"), status: nil),
        .init(request: tcp("GET", read, origin: "http://127.0.0.1:3000"), status: 403),
        .init(request: tcp("POST", order, .token(operate), origin: page), status: 403),
        .init(request: tcp("POST", order, .cookie(operate), origin: page), status: 403),
        .init(request: tcp("POST", order, .cookie(operate)), status: 403),
        .init(request: tcp("POST", order, .cookie(operate), origin: "http://127.0.0.1:8790"), status: nil),
        .init(request: tcp("POST", order, .cookie(reader), origin: "http://127.0.0.1:8790"), status: 403),
        .init(request: tcp("GET", read, .cookie(reader), local: false), status: nil),
        .init(request: tcp("POST", order, .token(operate), body: "application/json"), status: nil),
        .init(request: tcp("POST", order, .token(operate), body: "Application/JSON; charset=utf-8"), status: nil),
        .init(request: tcp("POST", order, .token(operate), body: "text/plain"), status: 415),
        .init(request: tcp("POST", order, .token(operate), body: "application/x-www-form-urlencoded"), status: 415),
        .init(request: tcp("POST", order, .token(operate), body: .some(nil)), status: 415),
        .init(request: tcp("POST", order, body: "text/plain"), status: 401),
    ]

    // MARK: How open Hale is

    static let openness: [Line] = [
        .init(request: tcp("GET", read), rules: .init(open: .nowhere), status: 401),
        .init(request: tcp("GET", read, .token(reader)), rules: .init(open: .nowhere), status: nil),
        .init(request: tcp("GET", "/ready"), rules: .init(open: .nowhere), status: nil),
        .init(request: tcp("GET", read, local: false), rules: .init(open: .anywhere), status: nil),
        .init(request: tcp("POST", order, local: false), rules: .init(open: .anywhere), status: 401),
        .init(request: AccessRequest(method: "POST", path: order, peer: .socket), status: nil),
        .init(request: AccessRequest(method: "GET", path: read, peer: .socket, hosts: ["evil.example"]), status: nil),
        .init(
            request: AccessRequest(method: "POST", path: order, peer: .socket, hasBody: true, bodyType: "text/plain"),
            status: 415),
    ]

    @Test(arguments: roles + places + openness) func everyRequestHasOneOutcome(_ line: Line) {
        switch line.rules.decide(line.request) {
        case .allowed: #expect(line.status == nil)
        case .refused(let refusal):
            #expect(line.status == refusal.status, "\(refusal.message)")
            #expect(!refusal.message.isEmpty)
        }
    }
}
