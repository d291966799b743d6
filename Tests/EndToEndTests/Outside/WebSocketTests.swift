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
            func token(_ name: String) async throws -> String {
                try await sandbox.cli("token", "create", name, "--role", "read").text
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            }
            let page = try await token("page")
            let eye = try await token("eye")
            let port = "\(sandbox.port)"
            let revoked = try sandbox.python("sockets/ended.py", port, page, output: "revoked")
            let unmatched = try sandbox.python("sockets/ended.py", port, page, "nobody", output: "unmatched")
            let unwoken = try sandbox.python("sockets/ended.py", port, eye, "nobody", output: "unwoken")
            let stopped = try sandbox.python("sockets/ended.py", port, output: "stopped")
            for name in ["revoked", "unmatched", "unwoken", "stopped"] {
                try await eventually("\(name) has subscribed") { sandbox.lines(name) == ["subscribed"] }
            }
            #expect(try await sandbox.cli("token", "revoke", "page").code == 0)
            #expect(try await sandbox.cli("pause", "web").code == 0)
            for (client, name) in [(revoked, "revoked"), (unmatched, "unmatched")] {
                #expect(try await client.end() == .code(0), "\(client.text)")
                #expect(sandbox.lines(name).last == "closed 1008", "\(client.text)")
            }
            // No event comes that it would be noticed by.
            #expect(try await sandbox.cli("token", "revoke", "eye").code == 0)
            #expect(try await unwoken.end() == .code(0), "\(unwoken.text)")
            #expect(sandbox.lines("unwoken") == ["subscribed", "closed 1008"], "\(unwoken.text)")
            #expect(sandbox.lines("stopped") == ["subscribed"])
            hale.signal(SIGTERM)
            #expect(try await hale.end() == .code(0))
            #expect(try await stopped.end() == .code(0))
            #expect(sandbox.lines("stopped").last == "closed 1001", "\(stopped.text)")
        }
    }

    @Test func anotherRoleOfATokenEndsWhatTheFormerAllowed() async throws {
        try await Sandbox.use { sandbox in
            func configure(_ role: String) throws {
                try sandbox.write(
                    "hale.yaml",
                    """
                    server:
                      bind: "127.0.0.1:\(sandbox.port)"
                      tokens: [{name: eye, role: \(role), token: an-eye-of-the-tests}]
                    data: ./data
                    components: {one: {heartbeat: true}}

                    """)
            }
            try configure("read")
            let hale = try await sandbox.start()
            let client = try sandbox.python(
                "sockets/ended.py", "\(sandbox.port)", "an-eye-of-the-tests", output: "client")
            try await eventually("it has subscribed") { sandbox.lines("client").first == "subscribed" }
            try configure("heartbeat")
            #expect(try await sandbox.cli("reload").code == 0)
            #expect(try await client.end() == .code(0), "\(client.text)")
            #expect(sandbox.lines("client").last == "closed 1008", "\(client.text)")
            try await sandbox.finish(hale)
        }
    }
}
