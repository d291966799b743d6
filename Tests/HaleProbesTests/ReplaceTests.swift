import HaleModel
import Testing

@testable import HaleProbes

/// New plans while the prober works.
@Suite struct ReplaceTests {
    private static let ok = RawServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    private func plan(_ name: String, _ server: RawServer, method: String = "GET") -> CheckPlan {
        let http = HTTPCheckPlan.local(server.port) {
            $0.reusesConnection = true
            $0.method = method
        }
        return CheckPlan(component: "web", name: name, probe: .http(http))
    }

    @Test func whatStaysKeepsItsConnectionAndWhatGoesLosesIt() async throws {
        let server = try await RawServer { _ in (0..<5).flatMap { _ in [.request, Self.ok] } }
        let plans = [plan("stays", server), plan("changes", server), plan("goes", server)]
        try await withProber(plans) { prober in
            func run(_ name: String) async -> HealthCheckResult {
                await prober.run(CheckOrder(run: 1, component: "web", check: name, timeout: .seconds(30)))
            }
            for plan in plans { #expect(await run(plan.name).message == "200 OK") }
            #expect(server.connections == 3)
            await prober.replace(plans: [plans[0], plan("changes", server, method: "POST"), plan("comes", server)])
                .close()
            try await eventually({ server.openConnections == 1 }, "two connections are closed")
            #expect(await run("stays").message == "200 OK")
            #expect(server.connections == 3)
            #expect(await run("changes").message == "200 OK")
            #expect(await run("comes").message == "200 OK")
            #expect(server.connections == 5)
            #expect(server.requests.contains { $0.hasPrefix("POST ") })
            #expect(await run("goes").status == nil)
        }
        try await eventually({ server.openConnections == 0 }, "the connections are closed")
        await server.stop()
    }
}
