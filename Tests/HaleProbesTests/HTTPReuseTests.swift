import HaleModel
import NIOPosix
import Testing

@testable import HaleProbes

@Suite struct HTTPReuseTests {
    private static let ok = RawServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    private func withReuse(
        _ script: @escaping @Sendable (Int) -> [RawServer.Step],
        _ body: (RawServer, Prober, () async -> HealthCheckResult) async throws -> Void
    ) async throws {
        let server = try await RawServer(script)
        let plan = CheckPlan(
            component: "web", name: "http", probe: .http(.local(server.port) { $0.reusesConnection = true }))
        try await withProber([plan]) { prober in
            try await body(server, prober) {
                await prober.run(CheckOrder(run: 1, component: "web", check: "http", timeout: .seconds(30)))
            }
        }
        try await eventually({ server.openConnections == 0 }, "the connections are closed")
        await server.stop()
    }

    @Test func oneConnectionServesManyRuns() async throws {
        try await withReuse({ _ in (0..<5).flatMap { _ in [.request, Self.ok] } }) { server, _, run in
            for _ in 0..<5 { #expect(await run().message == "200 OK") }
            #expect(server.connections == 1)
            #expect(server.requests.allSatisfy { $0.contains("Connection: keep-alive\r\n") })
        }
    }

    @Test func theServerMayForbidIt() async throws {
        let answer = RawServer.Step.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        try await withReuse({ _ in [.request, answer] }) { server, _, run in
            for _ in 0..<3 { #expect(await run().message == "200 OK") }
            #expect(server.connections == 3)
        }
    }

    @Test func closedWhileIdle() async throws {
        try await withReuse({ _ in [.request, Self.ok, .close] }) { server, _, run in
            for _ in 0..<20 { #expect(await run().message == "200 OK") }
        }
    }

    @Test func closedAtTheNextRequest() async throws {
        try await withReuse({ _ in [.request, Self.ok, .request, .close] }) { server, _, run in
            for _ in 0..<4 { #expect(await run().message == "200 OK") }
            #expect(server.connections == 4)
        }
    }

    @Test func resetAtTheNextRequest() async throws {
        try await withReuse({ _ in [.request, Self.ok, .request, .reset] }) { server, _, run in
            for _ in 0..<4 { #expect(await run().message == "200 OK") }
        }
    }

    @Test func aFreshConnectionIsTriedOnce() async throws {
        try await withReuse({ $0 == 0 ? [.request, Self.ok, .request, .close] : [.request, .close] }) {
            server, _, run in
            #expect(await run().message == "200 OK")
            #expect(await run().message == "connection closed without an answer")
            #expect(server.connections == 2)
        }
    }

    @Test func anAnswerCutOffIsNoReasonToTryAgain() async throws {
        try await withReuse({ _ in [.request, Self.ok, .request, .send("HTTP/1.1 200"), .close] }) { server, _, run in
            #expect(await run().message == "200 OK")
            #expect(
                await run().message
                    == "connection closed in the middle of the answer (12 bytes, no complete head)")
            #expect(server.connections == 1)
        }
    }

    @Test func unaskedBytesEndTheIdleConnection() async throws {
        try await withReuse({ _ in [.request, Self.ok, .send("HTTP/1.1 408 Gone\r\n\r\n"), .hold] }) { server, _, run in
            for _ in 0..<3 {
                #expect(await run().message == "200 OK")
                // Before they are seen they pass for the next answer.
                try await eventually({ server.openConnections == 0 }, "the connection is closed")
            }
        }
    }

    @Test func overlappingRunsShareNothing() async throws {
        try await withReuse({ _ in (0..<50).flatMap { _ in [.request, Self.ok] } }) { _, prober, _ in
            await withTaskGroup(of: String.self) { group in
                for run in 0..<50 {
                    group.addTask {
                        let order = CheckOrder(run: UInt64(run), component: "web", check: "http", timeout: .seconds(30))
                        return await prober.run(order).message
                    }
                }
                for await message in group { #expect(message == "200 OK") }
            }
        }
    }

    @Test func afterShutdown() async throws {
        try await withReuse({ _ in [.request, Self.ok, .hold] }) { server, prober, run in
            #expect(await run().message == "200 OK")
            #expect(server.openConnections == 1)
            await prober.shutdown()
            try await eventually({ server.openConnections == 0 }, "the kept connection is closed")
            let result = await run()
            #expect(result.status == nil)
            #expect(result.message == "the prober is shut down")
        }
    }
}
