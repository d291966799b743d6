import HaleModel
import Testing

@testable import HaleProbes

@Suite struct HTTPBodyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var body: String
        var match: TextMatch?
        var json: [HTTPCheckPlan.JSONExpectation] = []
        /// `nil`: healthy.
        var message: String?
        var testDescription: String { message ?? "\(match as Any) \(json)" }
    }

    private static func json(_ path: String, _ value: JSONValue) -> [HTTPCheckPlan.JSONExpectation] {
        [.init(path: path, equals: value)]
    }

    static let document = #"{"status": "DOWN", "n": 3, "on": true, "none": null, "data": {"items": [{"name": "a"}]}}"#

    static let cases: [Case] = [
        Case(body: "all ok here", match: .contains("ok")),
        Case(body: "ookok", match: .contains("okok")),
        Case(body: "", match: .contains("")),
        Case(body: "fine", match: .contains("ok"), message: #"body lacks "ok""#),
        Case(body: "o", match: .contains("ok"), message: #"body lacks "ok""#),
        Case(body: "", match: .contains("a\r\n\u{1}"), message: "body lacks \"a\\r\\n\u{FFFD}\""),
        Case(body: "version 12\r\nready", match: .regex(#"version \d+\r\nready$"#)),
        Case(body: "version x", match: .regex(#"^version \d+"#), message: #"body does not match /^version \d+/"#),
        Case(body: "x", match: .regex("(unclosed"), message: "not a regular expression: /(unclosed/"),
        Case(body: document, json: json("data.items.0.name", "a")),
        Case(body: document, json: json("$.n", 3)),
        Case(body: document, json: json("on", true)),
        Case(body: document, json: json("none", .null)),
        Case(body: "[1]", json: json("0", 1)),
        Case(body: document, json: json("status", "UP"), message: #"$.status is "DOWN", expected "UP""#),
        Case(body: document, json: json("n", "3"), message: #"$.n is 3, expected "3""#),
        Case(body: document, json: json("gone.x", 1), message: "$.gone.x is missing, expected 1"),
        Case(
            body: document, json: json("data.items.1.name", "a"),
            message: #"$.data.items.1.name is missing, expected "a""#),
        Case(body: document, json: json("data.items.-1", "a"), message: #"$.data.items.-1 is missing, expected "a""#),
        Case(body: document, json: json("data.items", "a"), message: #"$.data.items is an array of 1, expected "a""#),
        Case(body: document, json: json("data", "a"), message: #"$.data is an object, expected "a""#),
        Case(body: "<html>", json: json("status", "UP"), message: #"body is not JSON: it begins "<html>""#),
        Case(body: "", json: json("status", "UP"), message: "body is not JSON: it is empty"),
    ]

    @Test(arguments: cases) func body(_ expected: Case) async throws {
        let result = try await check(expected.body) {
            $0.bodyMatch = expected.match
            $0.json = expected.json
        }
        #expect(result.status == (expected.message == nil ? .healthy : .unhealthy))
        #expect(result.message == expected.message ?? "200 OK")
    }

    private func check(
        _ body: String, timeout: TimeSpan = .seconds(30), _ change: (inout HTTPCheckPlan) -> Void
    ) async throws -> HealthCheckResult {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
        let server = try await RawServer(.request, .send(answer), .close)
        let result = await probe(.local(server.port, change: change), timeout: timeout)
        await server.stop()
        return result
    }

    @Test func aLargeDocumentIsRead() async throws {
        let items = (0..<2_000).map { #"{"id": \#($0), "name": "item \#($0)"}"# }.joined(separator: ",")
        let result = try await check("{\"items\": [\(items)]}") {
            $0.json = [.init(path: "items.1999.name", equals: "item 1999")]
        }
        #expect(result.message == "200 OK")
    }

    @Test(arguments: [100, 400, 600, 100_000]) func nestingIsBounded(_ depth: Int) async throws {
        let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let result = try await check(body) { $0.json = [.init(path: "0.0", equals: 1)] }
        #expect(result.kind == "json")
    }

    @Test func readingStopsAtTheLimit() async throws {
        let server = try await RawServer(.request, .send("HTTP/1.1 200 OK\r\n\r\nbegin"), .flood("more and more "))
        func result(_ change: (inout HTTPCheckPlan) -> Void) async -> HealthCheckResult {
            await probe(
                .local(server.port) {
                    $0.maxBodyBytes = 100_000
                    change(&$0)
                })
        }
        #expect(await result { _ in }.message == "200 OK")
        #expect(await result { $0.bodyMatch = .contains("begin") }.message == "200 OK")
        let missing = await result { $0.bodyMatch = .contains("ok") }
        #expect(missing.message == #"body lacks "ok" (looked at its first 100000 bytes)"#)
        let json = await result { $0.json = [.init(path: "a", equals: 1)] }
        #expect(json.message == "body is longer than 100000 bytes, its JSON was not read")
        #expect(await result { $0.maxBodyBytes = 0 }.message == "200 OK")
        #expect(await result { $0.maxBodyBytes = -1 }.message == "200 OK")
        try await eventually({ server.openConnections == 0 }, "the connections are closed")
        await server.stop()
    }

    /// Backtracking that takes ages neither holds up the result nor the checks beside it.
    @Test func slowPatternsEndAtTheDeadline() async throws {
        let body = String(repeating: "a", count: 60) + "b"
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
        let server = try await RawServer(.request, .send(answer), .close)
        func plan(_ pattern: String) -> CheckPlan {
            CheckPlan(
                component: "web", name: pattern, probe: .http(.local(server.port) { $0.bodyMatch = .regex(pattern) }))
        }
        await withProber([]) { prober in
            // More of them than there are threads, which would be busy for ages.
            for _ in 0..<6 {
                let result = await prober.run(plan("(a+)+$"), timeout: .milliseconds(500))
                #expect(result.kind == "timeout" || result.kind == "resources", "\(result.message)")
            }
            #expect(await prober.run(plan("a+b"), timeout: .seconds(60)).status == .healthy)
        }
        await server.stop()
    }
}
