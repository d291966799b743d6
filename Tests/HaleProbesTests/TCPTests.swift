import HaleModel
import Testing

@testable import HaleProbes

@Suite struct TCPTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var steps: [RawServer.Step]
        var send: String?
        var expect: TextMatch?
        var status: HealthStatus? = .healthy
        var message: String
        var kind: String?
    }

    static let cases: [Case] = [
        Case(testDescription: "connects", steps: [.hold], message: "connected"),
        Case(testDescription: "sends", steps: [.hold], send: "QUIT\r\n\r\n", message: "connected and sent"),
        Case(
            testDescription: "banner", steps: [.send("220 mail ready\r\n"), .hold], expect: .contains("220 "),
            message: "the expected answer came"),
        Case(
            testDescription: "banner in drips", steps: [.drip("220 mail ready\r\n"), .hold],
            expect: .contains("mail ready"), message: "the expected answer came"),
        Case(
            testDescription: "regex in drips", steps: [.drip("220 mail ready\r\n"), .hold],
            expect: .regex(#"^220 .*ready\r?\n"#), message: "the expected answer came"),
        Case(
            testDescription: "conversation", steps: [.request, .send("+PONG\r\n"), .hold], send: "PING\r\n\r\n",
            expect: .contains("+PONG"), message: "the expected answer came"),
        Case(
            testDescription: "wrong answer", steps: [.send("554 no\r\n"), .close], expect: .contains("220"),
            status: .unhealthy, message: #"answer lacks "220" (8 bytes received, then closed)"#, kind: "body"),
        Case(
            testDescription: "wrong answer to a regex", steps: [.send("554 no\r\n"), .close], expect: .regex("^220"),
            status: .unhealthy, message: "answer does not match /^220/ (8 bytes received, then closed)", kind: "body"),
        Case(
            testDescription: "right answer, then closed", steps: [.send("220 a\r\n"), .close], expect: .regex("^220"),
            message: "the expected answer came"),
        Case(
            testDescription: "closed", steps: [.close], expect: .contains("220"), status: .unhealthy,
            message: "connection closed without an answer", kind: "closed"),
        Case(
            testDescription: "endless", steps: [.flood("blah blah ")], expect: .contains("220"), status: .unhealthy,
            message: #"answer lacks "220" (looked at its first 65536 bytes)"#, kind: "body"),
        Case(
            testDescription: "bad regex", steps: [.send("x"), .hold], expect: .regex("("), status: .unhealthy,
            message: "not a regular expression: /(/", kind: "configuration"),
    ]

    @Test(arguments: cases) func talk(_ expected: Case) async throws {
        let steps = expected.steps
        let server = try await RawServer { _ in steps }
        let endpoint = Endpoint(host: "127.0.0.1", port: server.port)
        let result = await probe(TCPCheckPlan(endpoint: endpoint, send: expected.send, expect: expected.expect))
        #expect(result.status == expected.status)
        #expect(result.message == expected.message)
        #expect(result.kind == expected.kind)
        try await eventually({ server.openConnections == 0 }, "the connection is closed")
        await server.stop()
    }

    @Test(arguments: [
        ([RawServer.Step.hold], "no answer within 15s (connected, nothing received)"),
        ([.send("abc"), .hold], #"answer lacks "220" within 15s (3 bytes received)"#),
    ])
    func silence(_ steps: [RawServer.Step], _ message: String) async throws {
        let server = try await RawServer { _ in steps }
        let endpoint = Endpoint(host: "127.0.0.1", port: server.port)
        let result = await probe(
            TCPCheckPlan(endpoint: endpoint, expect: .contains("220")), timeout: .seconds(15))
        #expect(result.message == message)
        #expect(result.kind == "timeout")
        await server.stop()
    }
}
