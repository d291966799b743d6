import HaleModel
import NIOHTTP1
import Testing

@testable import HaleProbes

@Suite struct HTTPRedirectTests {
    private static func redirect(_ location: String, _ status: Int = 302) -> [RawServer.Step] {
        [.request, .send("HTTP/1.1 \(status) X\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n"), .close]
    }

    private static let ok: [RawServer.Step] = [.request, .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), .close]

    @Test(arguments: [
        ("/next?x=1", "/next?x=1"), ("next", "/a/next"), ("../up", "/up"), ("?q", "/a/b?q"),
        ("//127.0.0.1:PORT/s", "/s"),
        ("http://127.0.0.1:PORT/abs#part", "/abs"), ("http://127.0.0.1:PORT", "/"),
    ])
    func locationsAreResolved(_ location: String, _ target: String) async throws {
        let next = try await RawServer { _ in Self.ok }
        let port = next.port
        let server = try await RawServer { number in
            number == 0 ? Self.redirect(location.replacing("PORT", with: "\(port)")) : Self.ok
        }
        let result = await probe(.local(server.port, "/a/b") { $0.redirects = 1 })
        #expect(result.message == "200 OK")
        #expect(result.details["redirects"] == 1)
        let requests = location.contains("PORT") ? next.requests : Array(server.requests.dropFirst())
        #expect(requests.first?.hasPrefix("GET \(target) HTTP/1.1\r\n") == true)
        await server.stop()
        await next.stop()
    }

    @Test func theyAreBounded() async throws {
        let server = try await RawServer { number in Self.redirect("/\(number + 1)") }
        let result = await probe(.local(server.port) { $0.redirects = 3 })
        #expect(result.message == "302 Found, expected 200-299")
        #expect(result.details == ["kind": "status", "status": 302, "redirects": 3])
        #expect(server.connections == 4)
        await server.stop()
    }

    @Test(arguments: [
        ("ftp://example.com/", #"redirect to "ftp://example.com/", which is no HTTP address"#),
        ("http://", #"redirect to "http://", which is no HTTP address"#),
        ("http://127.0.0.1:0/", "port 0 of 127.0.0.1 is not between 1 and 65535"),
        ("http://127.0.0.1:99999/", "port 99999 of 127.0.0.1 is not between 1 and 65535"),
    ])
    func badLocationsFail(_ location: String, _ message: String) async throws {
        let server = try await RawServer { _ in Self.redirect(location) }
        let result = await probe(.local(server.port) { $0.redirects = 3 })
        #expect(result.status == .unhealthy)
        #expect(result.kind == "redirect")
        #expect(result.message == message)
        await server.stop()
    }

    @Test(arguments: [(303, "GET"), (302, "GET"), (301, "GET"), (307, "POST"), (308, "POST")])
    func methods(_ status: Int, _ method: String) async throws {
        let server = try await RawServer { $0 == 0 ? Self.redirect("/next", status) : Self.ok }
        let result = await probe(
            .local(server.port) {
                $0.method = "POST"
                $0.body = "ping"
                $0.redirects = 1
            })
        #expect(result.status == .healthy)
        #expect(server.requests.last?.hasPrefix("\(method) /next HTTP/1.1") == true)
        #expect(server.requests.last?.contains("Content-Length: 4") == (method == "POST"))
        await server.stop()
    }

    @Test func secretsStayWithTheirHost() async throws {
        let other = try await RawServer { _ in Self.ok }
        let port = other.port
        let server = try await RawServer { _ in Self.redirect("http://127.0.0.1:\(port)/") }
        let result = await probe(
            .local(server.port) {
                $0.headers = [.init("Authorization", "Bearer x"), .init("X-Other", "y")]
                $0.redirects = 1
            })
        #expect(result.status == .healthy)
        #expect(server.requests.first?.contains("Bearer x") == true)
        #expect(other.requests.first?.contains("Bearer x") == false)
        #expect(other.requests.first?.contains("X-Other: y") == true)
        #expect(other.requests.first?.contains("Host: 127.0.0.1:\(port)\r\n") == true)
        await server.stop()
        await other.stop()
    }

    @Test func noWayBackToPlainText() throws {
        let secure = try HTTPRequest(.local(443, tls: true), keepsConnection: false)
        #expect(throws: PlanError("redirect from https to http refused: http://127.0.0.1/")) {
            try secure.redirected(.found, to: "http://127.0.0.1/")
        }
        #expect(try secure.redirected(.found, to: "https://example.com/").serverName == "example.com")
        let v6 = try secure.redirected(.found, to: "https://[::1]:8443/")
        #expect(v6.destination.endpoint == Endpoint(host: "::1", port: 8_443))
        #expect(v6.head.headers.first(name: "host") == "[::1]:8443")
        #expect(v6.serverName == nil)
    }

    @Test func aPermittedRedirectStatusIsAnAnswerWhenNoneIsFollowed() async throws {
        let server = try await RawServer { _ in Self.redirect("/next") }
        #expect(await probe(.local(server.port) { $0.status = [302...302] }).message == "302 Found")
        await server.stop()
    }
}
