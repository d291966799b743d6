import HaleModel
import Testing

@testable import HaleProbes

/// One deadline holds for everything, and the message tells how far the check came.
@Suite struct HTTPTimeoutTests {
    static let limit = TimeSpan.seconds(15)

    static let cases: [(String, [RawServer.Step], String)] = [
        ("says nothing", [.request, .hold], "no answer within 15s (connected, nothing received)"),
        (
            "stops in the head", [.request, .send("HTTP/1.1 200 OK\r\nA: b"), .hold],
            "answer incomplete after 15s (21 bytes, no complete head)"
        ),
        (
            "stops in the body", [.request, .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"), .hold],
            "answer incomplete after 15s (200 OK, 2 bytes of body)"
        ),
        (
            "never closes", [.request, .send("HTTP/1.1 200 OK\r\n\r\nab"), .hold],
            "answer incomplete after 15s (200 OK, 2 bytes of body)"
        ),
    ]

    @Test(arguments: cases) func message(_ name: String, _ steps: [RawServer.Step], _ message: String) async throws {
        let server = try await RawServer { _ in steps }
        let result = await probe(.local(server.port), timeout: Self.limit)
        #expect(result.status == .unhealthy)
        #expect(result.kind == "timeout")
        #expect(result.message == message)
        try await eventually({ server.openConnections == 0 }, "the connection is closed")
        await server.stop()
    }

    @Test func dripEnds() async throws {
        let server = try await RawServer(
            .request, .drip("HTTP/1.1 200 OK\r\n" + String(repeating: "a", count: 60_000)), .hold)
        let result = await probe(.local(server.port), timeout: Self.limit)
        #expect(result.kind == "timeout")
        #expect(result.message.hasPrefix("answer incomplete after 15s ("))
        await server.stop()
    }

    @Test func endlessInterimAnswersEnd() async throws {
        let server = try await RawServer(.request, .flood("HTTP/1.1 100 Continue\r\n\r\n"))
        let result = await probe(.local(server.port))
        #expect(result.message == "the head of the answer is longer than 65536 bytes")
        await server.stop()
    }

    @Test func silentTLSPeer() async throws {
        let server = try await RawServer(.hold)
        let result = await probe(.local(server.port, tls: true), timeout: .seconds(15))
        #expect(result.kind == "timeout")
        #expect(result.message == "no TLS handshake within 15s (connected)")
        await server.stop()
    }

    @Test(arguments: [
        TimeSpan.zero, .seconds(-1), .nanoseconds(1), TimeSpan(nanoseconds: .max), TimeSpan(nanoseconds: .min + 1),
    ])
    func oddTimeoutsEnd(_ timeout: TimeSpan) async throws {
        let server = try await RawServer(.request, .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), .close)
        let result = await probe(.local(server.port), timeout: timeout)
        #expect(!result.message.isEmpty)
        await server.stop()
    }

    @Test func cancellationClosesAtOnce() async throws {
        let server = try await RawServer(.request, .hold)
        let plan = CheckPlan(component: "web", name: "http", probe: .http(.local(server.port)))
        try await withProber([]) { prober in
            let check = Task { await prober.run(plan, timeout: .hours(1)) }
            try await eventually({ server.requests.count == 1 }, "the request has come")
            check.cancel()
            let result = await check.value
            #expect(result.status == nil)
            #expect(result.kind == "cancelled")
            try await eventually({ server.openConnections == 0 }, "the connection is closed")
        }
        await server.stop()
    }

    @Test func cancelledBeforeItBegins() async {
        let result = await withProber([]) { prober in
            let check = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                let plan = CheckPlan(component: "web", name: "http", probe: .http(.local(9)))
                return await prober.run(plan, timeout: .hours(1))
            }
            return await check.value
        }
        #expect(result.status == nil || result.kind == "refused")
    }
}
