import Foundation
import HaleModel
import Testing

/// The HTTP interface of the real daemon, over TCP.
@Suite struct HTTPTests {
    /// A daemon with one healthy service and one that is down.
    private func withDaemon(_ body: (Sandbox) async throws -> Void) async throws {
        try await Sandbox.withDaemon { sandbox, port in
            try sandbox.configure(
                """
                  good: {check: {tcp: "127.0.0.1:\(port.number)"}}
                  bad: {check: {tcp: "127.0.0.1:\(try LocalPort.free())"}}
                """)
        } _: { sandbox, _, _ in
            try await sandbox.waitFor("good", "is healthy") { $0.state == .healthy }
            try await sandbox.waitFor("bad", "is down") { $0.state == .down }
            try await body(sandbox)
        }
    }

    @Test func probesTellOfHaleAloneNotOfComponents() async throws {
        try await withDaemon { sandbox in
            for (path, status) in [("/health", "healthy"), ("/ready", "ready"), ("/started", "ready")] {
                let answer = try await sandbox.peer.request("GET", path)
                #expect(answer.status == 200)
                #expect(try answer.decode(ProbeDocument.self).status == status)
            }
        }
    }

    @Test func statusHasATagThatSparesTheBody() async throws {
        try await withDaemon { sandbox in
            let first = try await sandbox.peer.request("GET", "/status")
            #expect(first.status == 200)
            let document: StatusDocument = try first.decode()
            #expect(document.components.map(\.componentId.name).sorted() == ["bad", "good"])
            #expect(document.level == .unhealthy, "one of two is down: availability 0.5")
            // Counters go on, so the tag that was given may be out of date by then.
            try await eventually("an unchanged status is not sent again") {
                let tag = try await sandbox.peer.request("GET", "/status").headers["etag"]
                let answer = try await sandbox.peer.request(
                    "GET", "/status", headers: ["If-None-Match": try #require(tag)])
                return answer.status == 304 && answer.body.isEmpty
            }
            let other = try await sandbox.peer.request("GET", "/status", headers: ["If-None-Match": "\"other\""])
            #expect(other.status == 200)
        }
    }

    @Test func statusSpeaksHealthJSONWhereItIsAsked() async throws {
        try await withDaemon { sandbox in
            let answer = try await sandbox.peer.request(
                "GET", "/status", headers: ["Accept": "application/health+json"])
            #expect(answer.status == 503, "one of two is down")
            #expect(answer.headers["content-type"] == "application/health+json")
            let document = try JSONDecoder().decode(HealthCheckDocument.self, from: answer.body)
            #expect(document.status == .fail && document.output?.contains("bad is down") == true)
            #expect(document.checks["good:tcp"]?.first?.status == .pass)
            #expect(document.checks["good:tcp"]?.first?.observedUnit == "ms")
            #expect(document.checks["bad:tcp"]?.first?.status == .fail)
        }
    }

    @Test func componentsAreListedFilteredAndPaged() async throws {
        try await withDaemon { sandbox in
            func list(_ query: String) async throws -> ListDocument<ComponentDocument> {
                try await sandbox.peer.request("GET", "/api/v1/healing/components\(query)").decode()
            }
            #expect(try await list("").items.map(\.componentId.name) == ["bad", "good"])
            #expect(try await list("?state=down").items.map(\.componentId.name) == ["bad"])
            let page = try await list("?limit=1")
            #expect(page.items.map(\.componentId.name) == ["bad"])
            #expect(page.next == "bad")
            #expect(try await list("?limit=1&after=bad").items.map(\.componentId.name) == ["good"])
        }
    }

    @Test func mistakesAreProblemDocuments() async throws {
        try await withDaemon { sandbox in
            let cases = [
                ("/api/v1/healing/component/nobody", 404), ("/api/v1/healing/component/no%20body", 400),
                ("/nowhere", 404),
                ("/api/v1/healing/components?state=fine", 400), ("/api/v1/healing/components?stat=down", 400),
                ("/api/v1/healing/events?limit=0", 400), ("/api/v1/healing/events?after=x", 400),
            ]
            for (path, status) in cases {
                let answer = try await sandbox.peer.request("GET", path)
                #expect(answer.status == status, "\(path): \(answer.text)")
                #expect(answer.headers["content-type"] == "application/problem+json", "\(path)")
                #expect((try? answer.decode(ProblemDocument.self))?.status == status, "\(path): \(answer.text)")
            }
        }
    }

    @Test func nothingIsWrittenOverTCPWithoutAToken() async throws {
        try await withDaemon { sandbox in
            let paths = [
                "check", "component/good/check", "component/bad/heal", "component/good/stop", "component/good/start",
                "shutdown",
            ]
            for path in paths {
                let answer = try await sandbox.peer.request(
                    "POST", "/api/v1/healing/\(path)", body: "{\"programs\": true}")
                #expect(answer.status == 401, "\(path): \(answer.status)")
                #expect(answer.headers["www-authenticate"] == "Bearer realm=\"hale\"", "\(path)")
            }
            #expect(try await sandbox.socket.request("POST", "/api/v1/healing/component/good/check").status == 200)
            #expect(try await sandbox.peer.request("GET", "/health").status == 200)
        }
    }

    @Test func explanationIsAnswered() async throws {
        try await withDaemon { sandbox in
            let answer = try await sandbox.peer.request("GET", "/api/v1/healing/component/bad/explain")
            #expect(answer.status == 200)
            let document: ExplanationDocument = try answer.decode()
            #expect(document.state == .down)
            #expect(!document.next.isEmpty)
        }
    }

    @Test func streamGoesOnWhereItWasLeft() async throws {
        try await withDaemon { sandbox in
            let log = try await sandbox.events().map(\.id)
            func stream(after id: String?, _ count: Int) async throws -> [String] {
                try await sandbox.peer.events("/api/v1/healing/events/stream", after: id, count: count).map { data in
                    let decoder = JSONDecoder()
                    decoder.keyDecodingStrategy = .convertFromSnakeCase
                    return try decoder.decode(EventDocument.self, from: Data(data.utf8)).id
                }
            }
            #expect(try await stream(after: "0", log.count) == log)
            let middle = log.count / 2
            #expect(try await stream(after: log[middle], log.count - middle - 1) == Array(log[(middle + 1)...]))
            let wrong = try await sandbox.peer.request(
                "GET", "/api/v1/healing/events/stream", headers: ["Last-Event-ID": "x"])
            #expect(wrong.status == 400)
        }
    }
}
