import Foundation
import HaleModel
import Testing

/// Tokens, sessions and the refusal to be open: the real daemon.
@Suite struct TokenTests {
    private let order = "/api/v1/healing/component/service/pause"
    private let resume = "/api/v1/healing/component/service/resume"

    private func withDaemon(_ body: (Sandbox, LocalPort) async throws -> Void) async throws {
        try await Sandbox.withDaemon { sandbox, port in
            try sandbox.configure("  service: {check: {tcp: \"127.0.0.1:\(port.number)\"}}")
        } _: { sandbox, _, port in
            try await body(sandbox, port)
        }
    }

    private func bearer(_ token: String) -> [String: String] { ["Authorization": "Bearer \(token)"] }

    @Test func aTokenGivesItsRoleUntilItIsRevoked() async throws {
        try await withDaemon { sandbox, _ in
            func make(_ name: String, _ role: String) async throws -> String {
                let made = try await sandbox.cli("token", "create", name, "--role", role)
                #expect(made.code == 0, "\(made)")
                return made.text.trimmingCharacters(in: .whitespacesAndNewlines)
            }
            let reader = try await make("grafana", "read")
            let operate = try await make("ci", "operate")
            let answers: [(String, String, Int)] = [
                (operate, order, 202), (reader, resume, 403), ("hale-nonsense", resume, 401), (operate, resume, 202),
            ]
            for (token, path, status) in answers {
                let answer = try await sandbox.peer.request("POST", path, headers: bearer(token))
                #expect(answer.status == status, "\(token.prefix(12)) \(path): \(answer.text)")
            }
            #expect(try await sandbox.peer.request("GET", "/status", headers: bearer("wrong")).status == 401)
            let note = try await sandbox.peer.request(
                "POST", "/api/v1/healing/events", headers: bearer(operate),
                body: #"{"message": "deployed", "details": {"by": "somebody else", "version": "2"}}"#)
            #expect(note.status == 202, "\(note.text)")
            _ = try await sandbox.cli("pause", "service")
            let events = try await sandbox.events().filter { [.operator, .change].contains($0.kind) }
            #expect(events.map { $0.details["by"] } == ["ci", "ci", "ci", nil], "\(events)")
            #expect(events[2].details["version"] == "2")
            _ = try await sandbox.cli("resume", "service")

            let list = try await sandbox.cli("token", "list")
            #expect(list.text.contains("grafana") && !list.text.contains(reader), "\(list)")
            let twice = try await sandbox.cli("token", "create", "ci", "--role", "read")
            #expect(twice.code == 3 && twice.text.contains("already"), "\(twice)")
            let kept = String(decoding: try Data(contentsOf: sandbox.tokens), as: UTF8.self)
            #expect(!kept.contains(operate) && !kept.contains(operate.dropFirst(5)), "only its digest is kept")
            let mode = try FileManager.default.attributesOfItem(atPath: sandbox.tokens.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)

            #expect(try await sandbox.cli("token", "revoke", "ci").code == 0)
            #expect(try await sandbox.peer.request("POST", order, headers: bearer(operate)).status == 401)
            #expect(try await sandbox.cli("token", "revoke", "ci").code == 3)
        }
    }

    @Test func aStreamEndsWithItsToken() async throws {
        try await withDaemon { sandbox, _ in
            let token = try await sandbox.cli("token", "create", "eye", "--role", "read").text
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let connection = try Connection(port: sandbox.port, patience: 60)
            try connection.write(
                "GET /api/v1/healing/events/stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Authorization: Bearer \(token)\r\n\r\n")
            /// Everything up to a text, or to the end.
            func read(until text: String?) throws -> String {
                var all = ""
                while let bytes = try connection.read() {
                    all += String(decoding: bytes, as: UTF8.self)
                    if let text, all.contains(text) { break }
                }
                return all
            }
            #expect(try read(until: "events follow").contains("200 OK"))
            #expect(try await sandbox.cli("pause", "service").code == 0)
            #expect(try read(until: "event: ").contains("event: "))
            #expect(try await sandbox.cli("token", "revoke", "eye").code == 0)
            let last = try #require(try await sandbox.events().last).id
            #expect(try await sandbox.cli("resume", "service").code == 0)
            let rest = try read(until: nil)
            let shown = rest.matches(of: /id: (\d+)/).compactMap { UInt64($0.1) }
            #expect(shown.allSatisfy { $0 <= UInt64(last)! }, "nothing of what came after: \(rest)")
        }
    }

    @Test func tokensOfTheConfigurationComeFromFileAndEnvironment() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.write("secret", "out-of-a-file-0123456789\n")
            try sandbox.write(
                "hale.yaml",
                """
                server:
                  bind: 127.0.0.1:\(sandbox.port)
                  loopbackNeedsToken: true
                  hosts: [hale.test]
                  tokens:
                    - {name: file, role: operate, token: {file: secret}}
                    - {name: environment, role: read, token: "${READ_TOKEN}"}
                data: ./data
                components: {service: {check: {tcp: "127.0.0.1:\(try LocalPort.free())"}}}

                """)
            let variables = ["READ_TOKEN": "out-of-the-environment-01"]
            let hale = try sandbox.spawn(["run"], environment: variables, output: "hale.log")
            try await sandbox.untilReady(hale)
            #expect(try await sandbox.peer.request("GET", "/status").status == 401)
            let read = try await sandbox.peer.request(
                "GET", "/status", headers: bearer("out-of-the-environment-01").merging(["Host": "hale.test"]) { $1 })
            #expect(read.status == 200)
            let write = try await sandbox.peer.request("POST", order, headers: bearer("out-of-a-file-0123456789"))
            #expect(write.status == 202, "\(write.text)")
            let config = try await sandbox.cli("config", environment: variables)
            #expect(config.code == 0 && !config.text.contains("0123456789"), "\(config)")

            // A reload takes other tokens in at once.
            try sandbox.write("secret", "another-one-9876543210\n")
            #expect(try await sandbox.socket.request("POST", "/api/v1/healing/config/reload").status == 200)
            #expect(
                try await sandbox.peer.request("POST", resume, headers: bearer("out-of-a-file-0123456789")).status
                    == 401)
            #expect(
                try await sandbox.peer.request("POST", resume, headers: bearer("another-one-9876543210")).status == 202)
            hale.signal(SIGTERM)
            #expect(try await hale.end() == .code(0))
        }
    }

    @Test func aBrowserTradesATokenForACookie() async throws {
        try await withDaemon { sandbox, _ in
            let token = try await sandbox.cli("token", "create", "me", "--role", "operate").text
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let wrong = try await sandbox.peer.request("POST", "/session", body: "{\"token\": \"hale-wrong\"}")
            #expect(wrong.status == 401)
            let session = try await sandbox.peer.request("POST", "/session", body: "{\"token\": \"\(token)\"}")
            #expect(session.status == 204)
            let cookie = try #require(session.headers["set-cookie"])
            for part in ["HttpOnly", "SameSite=Strict", "Path=/", "hale-session-\(sandbox.port)="] {
                #expect(cookie.contains(part), "\(cookie)")
            }
            let pair = String(cookie.prefix { $0 != ";" })
            func give(_ path: String, origin: String?) async throws -> Int {
                var headers = ["Cookie": "other=1; \(pair)", "Host": "localhost:\(sandbox.port)"]
                headers["Origin"] = origin
                return try await sandbox.peer.request("POST", path, headers: headers).status
            }
            #expect(try await give(order, origin: nil) == 403)
            #expect(try await give(order, origin: "http://localhost:3000") == 403)
            #expect(try await give(order, origin: "http://localhost:\(sandbox.port)") == 202)
            #expect(try await sandbox.cli("token", "revoke", "me").code == 0)
            #expect(try await give(resume, origin: "http://localhost:\(sandbox.port)") == 401, "revoked with its token")
        }
    }

    @Test func aTerminalGetsALinkThatWorksOnce() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  service: {check: {tcp: \"127.0.0.1:\(try LocalPort.free())\"}}")
            // `script` gives it a terminal.
            let child = try Child(
                "/usr/bin/script", ["-qefc", "\(Binary.hale) run", "/dev/null"], environment: sandbox.environment(),
                directory: sandbox.directory, output: sandbox.directory.appendingPathComponent("terminal"))
            let path = try await eventually("the link is printed") {
                sandbox.text("terminal").firstMatch(of: /http:\/\/127\.0\.0\.1:\d+(\/session\/[0-9a-f]{64})/)
                    .map { String($0.1) }
            }
            let look = try await sandbox.peer.request("HEAD", path)
            #expect(look.status == 303 && look.headers["set-cookie"] == nil, "looking does not use it up")
            let first = try await sandbox.peer.request("GET", path)
            #expect(first.status == 303 && first.headers["location"] == "/status")
            let cookie = String(try #require(first.headers["set-cookie"]).prefix { $0 != ";" })
            #expect(try await sandbox.peer.request("GET", path).status == 410, "it works once")
            #expect(try await sandbox.peer.request("HEAD", path).status == 410)
            let paused = try await sandbox.peer.request(
                "POST", order,
                headers: [
                    "Cookie": cookie, "Host": "localhost:\(sandbox.port)", "Origin": "http://localhost:\(sandbox.port)",
                ])
            #expect(paused.status == 202, "\(paused.text)")
            #expect(try await sandbox.cli("shutdown", "--programs").code == 0)
            try await child.end()
        }
    }

    @Test func nobodyListensBeyondThisMachineWithoutATokenUnlessToldTo() async throws {
        try await Sandbox.use { sandbox in
            let text = "server: {bind: \"0.0.0.0:\(sandbox.port)\"}\ndata: ./data\ncomponents: {a: {heartbeat: true}}\n"
            try sandbox.write("hale.yaml", text)
            let refused = try await sandbox.cli("run")
            #expect(refused.code == 1 && refused.text.contains("hale token create"), "\(refused)")
            let insecure = try sandbox.spawn(["run", "--insecure"], output: "hale.log")
            try await sandbox.untilReady(insecure)
            #expect(try await sandbox.peer.request("POST", "/api/v1/healing/shutdown").status == 401)
            try await sandbox.finish(insecure)
            #expect(try await sandbox.cli("token", "create", "me", "--role", "operate").code == 0)
            try await sandbox.finish(try await sandbox.start())
        }
    }
}
