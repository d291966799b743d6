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
        }
    }

    private static let maxLines = 10_000

    private static func lines(_ count: Int) -> String {
        String(repeating: #"{"component_id": "two", "metrics": {"queue": 1}}"# + "\n", count: count)
    }

    /// A batch that others may be before.
    private func sendBatch(_ body: String, to port: UInt16) async throws -> HTTPAnswer {
        let head = [
            "POST \(Self.batch) HTTP/1.1", "Host: localhost", "Connection: close",
            "Content-Type: application/x-ndjson", "Content-Length: \(body.utf8.count)", "", "",
        ].joined(separator: "\r\n")
        return try await offload {
            let connection = try Connection(port: port, patience: 120)
            try connection.write(head + body)
            var bytes: [UInt8] = []
            while let more = try connection.read() { bytes += more }
            return try HTTPAnswer(bytes)
        }
    }

    @Test func aBatchHasABoundOfLines() async throws {
        try await withDaemon { sandbox in
            let bound = "at most \(Self.maxLines) lines"
            for body in [Self.lines(Self.maxLines + 1), Self.lines(1) + String(repeating: "\n", count: Self.maxLines)] {
                let answer = try await sendBatch(body, to: sandbox.port)
                #expect(answer.status == 413 && answer.text.contains(bound), "\(answer.text)")
            }
            #expect(try await sandbox.component("two").totalHeartbeats == 0, "nothing of it was taken")
            let blank = String(repeating: "\n", count: Self.maxLines - 1)
            let full: HeartbeatAnswer = try await sendBatch(blank + Self.lines(1), to: sandbox.port).decode()
            #expect(full.received == 1 && full.refused == nil)
        }
    }

    @Test func fullBatchesOfSeveralSendersAreTakenAndKeepNobodyOut() async throws {
        try await withDaemon { sandbox in
            let port = sandbox.port
            let body = Self.lines(Self.maxLines)
            let answers = try await withThrowingTaskGroup(of: HTTPAnswer.self) { tasks in
                for _ in 0..<6 { tasks.addTask { try await sendBatch(body, to: port) } }
                var answers: [HTTPAnswer] = []
                for try await answer in tasks { answers.append(answer) }
                return answers
            }
            #expect(answers.map(\.status) == Array(repeating: 202, count: 6), "\(answers.map(\.text))")
            for answer in answers {
                let document: HeartbeatAnswer = try answer.decode()
                #expect(document.received == Self.maxLines && document.refused == nil)
            }
            #expect(try await sandbox.peer.request("GET", "/health").status == 200)
            try await sandbox.waitFor("two", "was heard") { $0.totalHeartbeats > 0 }
        }
    }

    /// What is no chunk is not taken for too much, and what is no object is not told of registrations.
    @Test func refusalsNameWhatWasWrong() async throws {
        try await withDaemon { sandbox in
            for body in ["[]", #"{"progress": NaN}"#, #"{"progress": 1e400}"#] {
                let answer = try await sandbox.peer.request("POST", Self.one, body: body)
                let problem: ProblemDocument = try answer.decode()
                #expect(problem.status == 400 && problem.detail == "expected a JSON object", "\(answer.text)")
            }
            let type = try await sandbox.peer.request(
                "POST", Self.one, headers: ["Content-Type": "text/plain"], body: "x")
            let problem: ProblemDocument = try type.decode()
            #expect(problem.status == 415 && problem.title == "Unsupported Media Type", "\(type.text)")
            let port = sandbox.port
            let broken = try await offload {
                let connection = try Connection(port: port, patience: 60)
                try connection.write(
                    "POST \(Self.batch) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\nno length\r\n")
                return (try? connection.read()) ?? []
            }
            // What can't be read as HTTP may be cut off without a word.
            let text = String(decoding: broken, as: UTF8.self)
            #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 400"), "\(text)")
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
