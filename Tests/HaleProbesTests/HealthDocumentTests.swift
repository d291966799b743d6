import HaleModel
import NIOCore
import NIOHTTP1
import Testing

@testable import HaleProbes

/// `expect: health`: what programs say of themselves.
@Suite struct HealthDocumentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var code = "200 OK"
        var body: String
        var status: HealthStatus?
        var message: String
        var parts: JSONValue?
        var testDescription: String { "\(code) \(body)" }
    }

    static let cases: [Case] = [
        // Spring Boot.
        Case(body: #"{"status":"UP"}"#, status: .healthy, message: "200 OK, UP"),
        Case(
            code: "503 Service Unavailable",
            body:
                #"{"status":"DOWN","components":{"db":{"status":"DOWN","details":{"error":"x"}},"disk":{"status":"UP"}}}"#,
            status: .unhealthy, message: "503 Service Unavailable, DOWN: db", parts: ["db": "DOWN", "disk": "UP"]),
        Case(
            code: "503 Service Unavailable", body: #"{"status":"OUT_OF_SERVICE"}"#, status: .unhealthy,
            message: "503 Service Unavailable, OUT_OF_SERVICE"),
        Case(body: #"{"status":"UNKNOWN"}"#, status: nil, message: "200 OK, UNKNOWN"),
        Case(
            code: "503 Service Unavailable", body: #"{"status":"UNKNOWN"}"#, status: .unhealthy,
            message: "503 Service Unavailable, UNKNOWN"),
        // ASP.NET, as plain text and as its libraries write it.
        Case(body: "Healthy", status: .healthy, message: "200 OK, Healthy"),
        Case(body: "Degraded\r\n", status: .degraded, message: "200 OK, Degraded"),
        Case(
            code: "503 Service Unavailable", body: "Unhealthy", status: .unhealthy,
            message: "503 Service Unavailable, Unhealthy"),
        Case(
            body: #"{"status":"Degraded","entries":{"sql":{"status":"Healthy"},"queue":{"status":"Degraded"}}}"#,
            status: .degraded, message: "200 OK, Degraded: queue", parts: ["sql": "Healthy", "queue": "Degraded"]),
        // health+json.
        Case(body: #"{"status":"pass"}"#, status: .healthy, message: "200 OK, pass"),
        Case(
            code: "207 Multi-Status",
            body: #"{"status":"warn","output":"slow disk","checks":{"disk:io":[{"status":"pass"},{"status":"warn"}]}}"#,
            status: .degraded, message: "207 Multi-Status, warn: disk:io (slow disk)", parts: ["disk:io": "warn"]),
        Case(
            code: "500 Internal Server Error", body: #"{"status":"fail"}"#, status: .unhealthy,
            message: "500 Internal Server Error, fail"),
        // Hale's own.
        Case(body: #"{"status":"healthy","level":"ok"}"#, status: .healthy, message: "200 OK, healthy"),
        Case(
            body: #"{"status":"critical","message":"no disk"}"#, status: .critical,
            message: "200 OK, critical (no disk)"),
        Case(body: #""UP""#, status: .healthy, message: "200 OK, UP"),
        // The status code and the document disagree.
        Case(
            code: "503 Service Unavailable", body: #"{"status":"UP"}"#, status: .unhealthy,
            message: "503 Service Unavailable, though the document says UP"),
        Case(
            code: "503 Service Unavailable", body: #"{"status":"Degraded"}"#, status: .degraded,
            message: "503 Service Unavailable, Degraded"),
        // No health document.
        Case(body: #"{"status":404}"#, status: .unhealthy, message: Self.none),
        Case(body: #"{"state":"UP"}"#, status: .unhealthy, message: Self.none),
        Case(body: #"{"status":"excellent"}"#, status: .unhealthy, message: Self.none),
        Case(body: "<html>UP</html>", status: .unhealthy, message: Self.none),
        Case(body: "", status: .unhealthy, message: Self.none),
        Case(body: "[1]", status: .unhealthy, message: Self.none),
        Case(
            code: "404 Not Found", body: #"{"status":404,"error":"Not Found"}"#, status: .unhealthy,
            message: "404 Not Found, expected 200-299"),
    ]

    private static let none = "the answer is not a health document: no status that is known in it"

    @Test(arguments: cases) func document(_ expected: Case) async throws {
        let result = try await run(expected.code, expected.body)
        #expect(result.status == expected.status)
        #expect(result.message == expected.message)
        #expect(result.details["parts"] == expected.parts)
    }

    private func run(_ code: String, _ body: String, maxBytes: Int = 1 << 20) async throws -> HealthCheckResult {
        let server = try await RawServer(
            .request, .send("HTTP/1.1 \(code)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"), .close)
        let result = await probe(
            .local(server.port) {
                $0.readsHealth = true
                $0.maxBodyBytes = maxBytes
            })
        await server.stop()
        return result
    }

    @Test func partsAreBounded() async throws {
        let parts = (10..<90).map { #""part\#($0)":{"status":"DOWN"}"# }.joined(separator: ",")
        let result = try await run("503 Service Unavailable", #"{"status":"DOWN","components":{\#(parts)}}"#)
        guard case .object(let kept)? = result.details["parts"] else {
            Issue.record("no parts in \(result.details)")
            return
        }
        #expect(kept.count == 32)
        #expect(
            result.message == "503 Service Unavailable, DOWN: part10, part11, part12, part13 and 28 more")
    }

    @Test func aCutDocumentIsNone() async throws {
        let result = try await run("200 OK", #"{"status":"UP","text":"long enough"}"#, maxBytes: 20)
        #expect(result.message == "the answer is not a health document: it is longer than 20 bytes")
    }

    @Test func noDocumentCrashes() async {
        await Fuzzing.rounds(1_000) { seed in
            let bytes = Fuzzing.bytes(seed, from: Self.cases.map { Array($0.body.utf8) })
            let finding = HealthVerdict.finding(
                ByteBuffer(bytes: bytes), isCut: false, .ok, isAccepted: true, expected: "200")
            #expect(!finding.message.isEmpty && finding.message.unicodeScalars.count < 1_000, "seed \(seed)")
        }
    }
}
