import Foundation
import Glibc
import HaleModel
import Testing

/// `/ws` of the real daemon, as a client in another language sees it.
@Suite struct WebSocketTests {
    private func withDaemon(_ body: (Sandbox, Child) async throws -> Void) async throws {
        try await Sandbox.withDaemon { sandbox, port in
            try sandbox.write(
                "hale.yaml",
                """
                server:
                  bind: "127.0.0.1:\(sandbox.port)"
                  tokens:
                    - {name: reader, role: read, token: a-reader-of-the-tests}
                    - {name: beater, role: heartbeat, token: a-beater-of-the-tests}
                data: ./data
                defaults: \(Sandbox.quickChecks)
                components:
                  web: {check: {tcp: "127.0.0.1:\(port.number)"}}

                """)
        } _: { sandbox, hale, _ in
            try await sandbox.waitFor("web", "is healthy") { $0.state == .healthy }
            try await body(sandbox, hale)
        }
    }

    @Test func theProtocolIsSpokenAndBreachesOfItEndTheConnection() async throws {
        try await withDaemon { sandbox, hale in
            let child = try sandbox.python("sockets/protocol.py", "\(sandbox.port)", output: "protocol")
            #expect(try await child.end(within: .seconds(180)) == .code(0), "\(child.text)")
            #expect(hale.ended == nil)
        }
    }

    @Test func aClientThatResumesThroughRestartsHoldsTheWholeLog() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  crasher: {run: \(try sandbox.program("crasher", Programs.crasher))}")
            var hale = try await sandbox.start()
            let client = try sandbox.python("sockets/follow.py", "\(sandbox.port)", output: "follow")
            var held = 0
            for round in 0..<20 {
                // Every start is an event. The client is now up to date, now behind, now not even connected yet.
                try await eventually("the client gets something") {
                    round.isMultiple(of: 3) || sandbox.lines("follow").count > held
                }
                held = sandbox.lines("follow").count
                hale.signal(round.isMultiple(of: 4) ? SIGTERM : SIGKILL)
                try await hale.end()
                hale = try await sandbox.start()
            }
            let log = try await sandbox.events().map(\.id)
            try await eventually("the client holds the log") { sandbox.lines("follow").count >= log.count }
            #expect(Array(sandbox.lines("follow").prefix(log.count)) == log, "nothing is lost, nothing comes twice")
            await client.dispose()
            try await sandbox.finish(hale)
        }
    }

    @Test func theEndOfHaleAndOfATokenAreToldByACode() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  web: {check: {tcp: \"127.0.0.1:\(try LocalPort.free())\"}}")
            let hale = try await sandbox.start()
            let token = try await sandbox.cli("token", "create", "page", "--role", "read").text
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let revoked = try sandbox.python("sockets/ended.py", "\(sandbox.port)", token, output: "revoked")
            let stopped = try sandbox.python("sockets/ended.py", "\(sandbox.port)", output: "stopped")
            for name in ["revoked", "stopped"] {
                try await eventually("\(name) has subscribed") { sandbox.lines(name) == ["subscribed"] }
            }
            #expect(try await sandbox.cli("token", "revoke", "page").code == 0)
            #expect(try await sandbox.cli("pause", "web").code == 0)
            #expect(try await revoked.end() == .code(0), "\(revoked.text)")
            #expect(sandbox.lines("revoked").last == "closed 1008", "\(revoked.text)")
            #expect(sandbox.lines("stopped") == ["subscribed"])
            hale.signal(SIGTERM)
            #expect(try await hale.end() == .code(0))
            #expect(try await stopped.end() == .code(0))
            #expect(sandbox.lines("stopped").last == "closed 1001", "\(stopped.text)")
        }
    }
}
