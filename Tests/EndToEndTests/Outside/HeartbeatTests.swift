import Foundation
import HaleModel
import Testing

/// Signs of life over HTTP, to the real daemon.
@Suite struct HeartbeatTests {
    private func withDaemon(_ body: (Sandbox) async throws -> Void) async throws {
        try await Sandbox.withDaemon { sandbox, _ in
            try sandbox.write(
                "hale.yaml",
                """
                server:
                  bind: "127.0.0.1:\(sandbox.port)"
                  tokens:
                    - {name: beater, role: heartbeat, only: [one], token: a-beater-of-the-tests}
                    - {name: reader, role: read, token: a-reader-of-the-tests}
                data: ./data
                components:
                  one: {heartbeat: true, limits: {memory_mb: {unhealthy: 100}}}
                  two: {heartbeat: true}

                """)
        } _: { sandbox, _, _ in
            try await body(sandbox)
        }
    }

    private static let one = "/health/heartbeat/one"
    private static let any = "/health/heartbeat"
    private static let batch = "/health/heartbeats"

    @Test func aBeatIsReceivedCountedAndShown() async throws {
        try await withDaemon { sandbox in
            #expect(try await sandbox.peer.request("POST", Self.one).status == 202)
            let body =
                #"{"component_id": "one", "metrics": {"memory_mb": 120.5, "queue": 3}, "message": "busy","#
                + #" "progress": 7, "timestamp": "2026-01-01T00:00:00Z"}"#
            let answer = try await sandbox.peer.request("POST", Self.any, body: body)
            #expect(answer.status == 202 && answer.text == #"{"received":1}"#, "\(answer.text)")
            let seen = try await sandbox.waitFor("one", "is unhealthy by its limit") { $0.state == .unhealthy }
            #expect(seen.totalHeartbeats == 2 && seen.metrics["queue"] == 3 && seen.lastHeartbeat != nil, "\(seen)")
            let metrics = try await sandbox.peer.request("GET", "/metrics").text
            #expect(metrics.contains(#"hale_heartbeats_total{component="one"} 2"#))
            let failed = try await sandbox.peer.request("POST", Self.one, body: #"{"status": "critical"}"#)
            #expect(failed.status == 202)
            #expect(try await sandbox.peer.request("POST", Self.one, body: #"{"status": "stopping"}"#).status == 202)
            try await sandbox.waitFor("one", "is stopped") { $0.tags.contains(.stopped) }
        }
    }

    @Test func aBatchIsTakenLineByLine() async throws {
        try await withDaemon { sandbox in
            let lines = [
                #"{"component_id": "one"}"#, "", #"{"component_id": "nobody"}"#, "garbage", #"{"component_id": "two"}"#,
                #"{"component_id": "two", "metrics": {"error_rate": 2}}"#,
            ]
            func send(_ text: String) async throws -> HTTPAnswer {
                try await sandbox.peer.request(
                    "POST", Self.batch, headers: ["Content-Type": "application/x-ndjson"], body: text)
            }
            let answer = try await send(lines.joined(separator: "\n") + "\n")
            #expect(answer.status == 202, "\(answer.text)")
            let document: HeartbeatAnswer = try answer.decode()
            #expect(document.received == 2 && document.refused == 3)
            #expect(
                document.refusals?.map(\.line) == [3, 4, 6] && document.refusals?.map(\.status) == [404, 400, 400])
            try await sandbox.waitFor("two", "was heard") { $0.totalHeartbeats == 1 }
            let refused = try await send("garbage\n{}\n")
            #expect(refused.status == 400 && refused.text.contains("line 1"), "\(refused.text)")
            #expect(try await send("").status == 400)
            let many = Array(repeating: #"{"component_id": "two", "metrics": {"queue": 1}}"#, count: 20_000)
            #expect(try await send(many.joined(separator: "\n")).status == 202)
            try await sandbox.waitFor("two", "was heard often") { $0.totalHeartbeats > 1 }
        }
    }

    @Test func whatIsNoBeatIsRefused() async throws {
        try await withDaemon { sandbox in
            let cases: [(String, String, Int)] = [
                (Self.any, "{}", 400), (Self.any, "[]", 400), (Self.any, "x", 400), (Self.any, "", 400),
                (Self.any, #"{"component_id": "no body"}"#, 400), (Self.any, #"{"component_id": 5}"#, 400),
                (Self.any, #"{"component_id": "nobody"}"#, 404), ("/health/heartbeat/nobody", "", 404),
                ("/health/heartbeat/no%20body", "", 400), (Self.one, #"{"component_id": "two"}"#, 400),
                (Self.one, #"{"metrics": []}"#, 400), (Self.one, #"{"metrics": {"x": "1"}}"#, 400),
                (Self.one, #"{"metrics": {"error_rate": 1.01}}"#, 400), (Self.one, #"{"metrics": {"": 1}}"#, 400),
                (Self.one, #"{"status": "fine"}"#, 400), (Self.one, #"{"progress": "1"}"#, 400),
                (Self.one, #"{"timestamp": []}"#, 400), (Self.one, #"{"memory": 1}"#, 400),
                (Self.one, #"{"message": "\#(String(repeating: "x", count: 2_000))"}"#, 400),
                (Self.one, #"{"message": "\#(String(repeating: "x", count: 70_000))"}"#, 413),
            ]
            for (path, body, status) in cases {
                let answer = try await sandbox.peer.request("POST", path, body: body)
                #expect(answer.status == status, "\(path) \(body.prefix(60)): \(answer.status) \(answer.text)")
            }
            #expect(try await sandbox.peer.request("GET", Self.one).status == 405)
            #expect(try await sandbox.component("one").totalHeartbeats == 0, "nothing of it was taken")
        }
    }

    @Test func aTokenForSomeBeatsIsForNoOthers() async throws {
        try await withDaemon { sandbox in
            // Relayed, so that being on this machine does not help.
            func send(_ path: String, _ body: String, _ token: String?) async throws -> Int {
                var headers = ["X-Forwarded-For": "192.0.2.1"]
                headers["Authorization"] = token.map { "Bearer \($0)" }
                return try await sandbox.peer.request("POST", path, headers: headers, body: body).status
            }
            let beater = "a-beater-of-the-tests"
            #expect(try await send(Self.one, "", nil) == 401)
            #expect(try await send(Self.one, "", "a-reader-of-the-tests") == 403)
            #expect(try await send(Self.one, "", beater) == 202)
            #expect(try await send("/health/heartbeat/two", "", beater) == 403)
            #expect(try await send(Self.any, #"{"component_id": "one"}"#, beater) == 202)
            #expect(try await send(Self.any, #"{"component_id": "two"}"#, beater) == 403)
            #expect(try await send(Self.batch, #"{"component_id": "two"}"#, beater) == 403)
            try await sandbox.waitFor("one", "was heard") { $0.totalHeartbeats == 2 }
            #expect(try await sandbox.component("two").totalHeartbeats == 0)
        }
    }
}
