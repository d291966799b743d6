import HaleModel
import Testing

@testable import HaleProbes

/// What each answer of a server comes to.
@Suite struct HTTPAnswerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var steps: [RawServer.Step]
        var status: HealthStatus?
        var message: String
        var kind: String?
        var change: @Sendable (inout HTTPCheckPlan) -> Void = { _ in }

        var testDescription: String { name }

        static func good(
            _ name: String, _ answer: String, _ message: String = "200 OK",
            _ change: @escaping @Sendable (inout HTTPCheckPlan) -> Void = { _ in }
        ) -> Case {
            Case(
                name: name, steps: [.request, .send(answer), .close], status: .healthy, message: message, change: change
            )
        }

        static func bad(
            _ name: String, _ answer: String, _ kind: String, _ message: String,
            _ change: @escaping @Sendable (inout HTTPCheckPlan) -> Void = { _ in }
        ) -> Case {
            Case(
                name: name, steps: [.request, .send(answer), .close], status: .unhealthy, message: message, kind: kind,
                change: change)
        }
    }

    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    static let cases: [Case] = [
        .good("length", ok),
        .good("reason of the peer's own", "HTTP/1.1 200 Tip-top\r\nContent-Length: 0\r\n\r\n"),
        .good("HTTP/1.0 until closed", "HTTP/1.0 200 OK\r\n\r\nhello") { $0.bodyMatch = .contains("hello") },
        .good("until closed", "HTTP/1.1 200 OK\r\n\r\nhello") { $0.bodyMatch = .contains("hello") },
        .good("chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n") {
            $0.bodyMatch = .contains("hello")
        },
        .good(
            "chunked with trailers",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n"),
        .good("no content", "HTTP/1.1 204 No Content\r\n\r\n", "204 No Content"),
        .good("no content with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "204 No Content"),
        .good("interim answers", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok),
        .good("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n") { $0.method = "HEAD" },
        .good("another status", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404 Not Found") {
            $0.status = [200...299, 404...404]
        },
        .good("unknown status", "HTTP/1.1 299 Fine\r\nContent-Length: 0\r\n\r\n", "299"),
        .good("not modified", "HTTP/1.1 304 Not Modified\r\n\r\n", "304 Not Modified") { $0.status = [304...304] },
        .good("more than was asked for", ok + "garbage"),
        .bad(
            "unavailable", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "status",
            "503 Service Unavailable, expected 200-299"),
        .bad(
            "status lists", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "status",
            "500 Internal Server Error, expected 200, 300-399"
        ) { $0.status = [200...200, 300...399] },
        .bad(
            "redirect unasked", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "status",
            "302 Found, expected 200-299"),
        .bad(
            "switching protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
            "status", "101 Switching Protocols, expected 200-299"),
        .bad("nothing", "", "closed", "connection closed without an answer"),
        .bad(
            "half a head", "HTTP/1.1 200 OK\r\nConte", "closed",
            "connection closed in the middle of the answer (22 bytes, no complete head)"),
        .bad(
            "half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "closed",
            "connection closed in the middle of the answer (200 OK, 3 bytes of body)"),
        .bad(
            "half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nabc", "closed",
            "connection closed in the middle of the answer (200 OK, 3 bytes of body)"),
        .bad("garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "protocol", "malformed HTTP answer: invalid constant string"),
        .bad("no digits", "HTTP/1.1 abc OK\r\n\r\n", "protocol", "malformed HTTP answer: invalid HTTP status code"),
        .bad(
            "bad header", "HTTP/1.1 200 OK\r\nA B: c\r\n\r\n", "protocol",
            "malformed HTTP answer: invalid character in header"),
        .bad(
            "bad length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "protocol",
            "malformed HTTP answer: invalid character in content-length header"),
        .bad(
            "bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "protocol",
            "malformed HTTP answer: invalid character in chunk size header"),
        .bad(
            "huge header", "HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 200_000) + "\r\n\r\n", "protocol",
            "the head of the answer is longer than 65536 bytes"),
        .bad(
            "many headers", "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 2_000) + "\r\n", "protocol",
            "the head of the answer is longer than 65536 bytes"),
    ]

    @Test(arguments: cases) func answer(_ expected: Case) async throws {
        let steps = expected.steps
        let server = try await RawServer { _ in steps }
        let result = await probe(.local(server.port, change: expected.change))
        #expect(result.status == expected.status)
        #expect(result.message == expected.message)
        #expect(result.kind == expected.kind)
        #expect(result.latency > .zero)
        await server.stop()
    }

    @Test func aResetIsTold() async throws {
        let server = try await RawServer(.request, .reset)
        let result = await probe(.local(server.port))
        #expect(result.status == .unhealthy)
        #expect(result.kind == "closed")
        await server.stop()
    }

    @Test func statusCodeIsInTheDetails() async throws {
        let server = try await RawServer(.request, .send("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"), .close)
        let result = await probe(.local(server.port))
        #expect(result.details == ["kind": "status", "status": 503])
        await server.stop()
    }

    @Test func theRequestIsAsPlanned() async throws {
        let server = try await RawServer(.request, .send(Self.ok), .close)
        let plan = HTTPCheckPlan.local(server.port, "/health?full=1") {
            $0.method = "POST"
            $0.body = "ping"
            $0.headers = [.init("X-Token", "abc"), .init("Connection", "keep-alive"), .init("User-Agent", "me")]
        }
        #expect(await probe(plan).status == .healthy)
        let lines = try #require(server.requests.first).split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.first == "POST /health?full=1 HTTP/1.1")
        #expect(
            Set(lines.dropFirst().prefix { !$0.isEmpty }) == [
                "Host: 127.0.0.1:\(server.port)", "User-Agent: me", "X-Token: abc", "Accept: */*", "Content-Length: 4",
                "Connection: close",
            ])
        await server.stop()
    }

    @Test(arguments: [
        ("GET\r\nX", "/", "A", "b", #""GET\r\nX" is not an HTTP method"#),
        ("GET", "/a b", "A", "b", #""/a b" cannot be asked for: a path holds no blanks or control characters"#),
        ("GET", "/", "A B", "b", #""A B" is not a header name"#),
        ("GET", "/", "A", "b\r\nC: d", "the value of header A holds control characters"),
        ("CONNECT", "/", "A", "b", "the method CONNECT cannot be used in a check"),
    ])
    func unusablePlansAreInconclusive(_ plan: (String, String, String, String, String)) async {
        let result = await probe(
            .local(9, plan.1) {
                $0.method = plan.0
                $0.headers = [.init(plan.2, plan.3)]
            })
        #expect(result.status == nil)
        #expect(result.kind == "configuration")
        #expect(result.message == plan.4)
    }
}
