import Foundation
import Glibc
import HaleModel
import Testing

/// Attacks on the real daemon: each is refused with a 4xx or a close, and Hale goes on.
@Suite struct SecurityTests {
    private func withDaemon(_ body: (Sandbox, Child) async throws -> Void) async throws {
        try await Sandbox.withDaemon { sandbox, port in
            try sandbox.configureOperated("  web: {check: {tcp: \"127.0.0.1:\(port.number)\"}}")
        } _: { sandbox, hale, _ in
            try await sandbox.waitFor("web", "is healthy") { $0.state == .healthy }
            try await body(sandbox, hale)
            try await stillWorks(sandbox)
            #expect(hale.ended == nil)
        }
    }

    /// Hale answers, its tick is on time and its checks go on.
    private func stillWorks(_ sandbox: Sandbox) async throws {
        let health = try await sandbox.peer.request("GET", "/health")
        #expect(health.status == 200, "\(health.text)")
        let before = try await sandbox.component("web").checksTotal
        try await sandbox.waitFor("web", "is checked on") { $0.checksTotal > before && $0.state == .healthy }
        #expect(!(try await sandbox.events().contains { $0.kind == .haleStalled }))
    }

    /// What comes back before the connection is closed.
    private func send(_ text: String, to port: UInt16) async throws -> String {
        try await offload {
            let connection = try Connection(port: port, patience: 60)
            var bytes: [UInt8] = []
            do {
                try connection.write(text)
                while let more = try connection.read() { bytes += more }
            } catch SocketError.failed {
                // Closed while it was still being written to.
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static let host = "Host: localhost\r\n"
    private static let authorization =
        "Authorization: Bearer \(Sandbox.operatorToken)\r\nContent-Type: application/json\r\n"
    private static let smuggled =
        "POST /api/v1/healing/component/web/pause HTTP/1.1\r\n\(host)\(authorization)Content-Length: 0\r\n\r\n"

    @Test func namesThatPointHereAreNotHale() async throws {
        try await withDaemon { sandbox, _ in
            for name in ["evil.example", "localhost.evil.example", "evil.example:\(sandbox.port)"] {
                for (method, path) in [("GET", "/status"), ("POST", "/api/v1/healing/component/web/pause")] {
                    let answer = try await sandbox.peer.request(
                        method, path, headers: ["Host": name, "Authorization": "Bearer \(Sandbox.operatorToken)"])
                    #expect(answer.status == 421, "\(name) \(method): \(answer.status)")
                }
            }
            for hosts in ["", "Host: localhost\r\nHost: evil.example\r\n", "Host: evil@localhost\r\n"] {
                let answer = try await send(
                    "GET /status HTTP/1.1\r\n\(hosts)Connection: close\r\n\r\n", to: sandbox.port)
                #expect(answer.hasPrefix("HTTP/1.1 400") || answer.isEmpty, "\(hosts): \(answer.prefix(100))")
            }
            let relayed = try await sandbox.peer.request("GET", "/status", headers: ["X-Forwarded-For": "192.0.2.1"])
            #expect(relayed.status == 401, "what a proxy passes on does not come from this machine")
        }
    }

    @Test func floodsOfHeadersAreCutOff() async throws {
        try await withDaemon { sandbox, _ in
            let floods = [
                (0..<1_000).map { "X-Header-\($0): value\r\n" }.joined(),
                "X-Long: \(String(repeating: "a", count: 100_000))\r\n",
                (0..<90).map { "X-Header-\($0): \(String(repeating: "b", count: 4_000))\r\n" }.joined(),
                "X-Endless: \(String(repeating: "c", count: 5_000_000))",
            ]
            for flood in floods {
                let answer = try await send("GET /status HTTP/1.1\r\n\(Self.host)\(flood)\r\n", to: sandbox.port)
                #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty, "\(answer.prefix(100))")
            }
            let long = try await send(
                "GET /\(String(repeating: "x", count: 1_000_000)) HTTP/1.1\r\n\(Self.host)\r\n", to: sandbox.port)
            #expect(long.hasPrefix("HTTP/1.1 4") || long.isEmpty, "\(long.prefix(100))")
        }
    }

    @Test func whoLetsHaleWaitIsLetGo() async throws {
        try await withDaemon { sandbox, _ in
            let port = sandbox.port
            let order = "POST /api/v1/healing/events HTTP/1.1\r\n\(Self.host)\(Self.authorization)"
            let slow = [
                order + "Content-Length: 100\r\n\r\n{", order + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
                "GET /status HTTP/1.1\r\nHost: local", "",
            ]
            // The end of the connection is what is waited for.
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for text in slow { tasks.addTask { _ = try await self.send(text, to: port) } }
                try await tasks.waitForAll()
            }
            #expect(try await sandbox.events().allSatisfy { $0.kind != .change }, "half a request is none")
        }
    }

    @Test func requestsThatCanBeReadInTwoWaysAreRefused() async throws {
        try await withDaemon { sandbox, _ in
            let post = "POST /api/v1/healing/check HTTP/1.1\r\n\(Self.host)\(Self.authorization)"
            let length = Self.smuggled.utf8.count
            let shapes = [
                post + "Content-Length: \(length)\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\(Self.smuggled)",
                post + "Content-Length: 0\r\nContent-Length: \(length)\r\n\r\n\(Self.smuggled)",
                post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n\(Self.smuggled)",
                post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n\(Self.smuggled)",
                post + "Content-Length: +0\r\n\r\n\(Self.smuggled)",
                post + "Content-Length: 99999999999999999999\r\n\r\n\(Self.smuggled)",
                post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n\(Self.smuggled)",
                post + "X: a\r\n folded: b\r\nTransfer-Encoding: xchunked\r\n\r\n\(Self.smuggled)",
                "GET /status HTTP/1.1\r\n\(Self.host)X: a\u{0}b\r\n\r\n\(Self.smuggled)",
                "GET /status HTTP/9.9\r\n\(Self.host)\r\n\(Self.smuggled)",
                "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GARBAGE\r\n\r\n\(Self.smuggled)",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            ]
            for shape in shapes {
                let answer = try await send(shape, to: sandbox.port)
                #expect(
                    answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(shape.debugDescription): \(answer.prefix(200))"
                )
            }
            #expect(!(try await sandbox.component("web").tags.contains(.paused)), "nothing was smuggled")
        }
    }

    @Test func pathsLeadNowhereElse() async throws {
        try await withDaemon { sandbox, _ in
            try sandbox.write("data/logs/secret.0.log", "secret\n")
            let paths = [
                "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/healing/component/..%2f..%2fsecret",
                "/api/v1/healing/component/%2e%2e/logs", "/api/v1/healing/component/secret/logs",
                "/api/v1/healing/component/web%00/logs", "/api/v1/healing/component/web/../../config", "/%",
                "/api/v1/healing/component/web%2flogs", "/api/v1/healing/component//explain", "//etc/passwd",
                "/api/v1/healing/component/\(String(repeating: "a", count: 129))", "/api/v1/healing/component/w%C3%A9b",
                "/session/..%2f..%2fstatus", "http://evil.example/nowhere", "*",
            ]
            for path in paths {
                let answer = try await sandbox.peer.request("GET", path)
                #expect((400..<500).contains(answer.status), "\(path): \(answer.status)")
                #expect(!answer.text.contains("root:") && !answer.text.contains("secret\""), "\(path)")
            }
            for path in ["/api/v1/healing//shutdown", "/api/v1/healing/./shutdown", "/API/V1/HEALING/SHUTDOWN"] {
                let answer = try await sandbox.peer.request("POST", path)
                #expect([401, 404].contains(answer.status), "\(path): \(answer.status)")
            }
        }
    }

    @Test func thousandsOfIdleConnectionsKeepNobodyOut() async throws {
        try await withDaemon { sandbox, hale in
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let count = min(10_000, Int(clamping: limit.rlim_cur) - 500)
            try #require(count > 1_000, "too few descriptors to be too many for Hale")
            var open: [Connection] = []
            for _ in 0..<count {
                if let connection = try? Connection(port: sandbox.port) { open.append(connection) }
            }
            #expect(open.count > count / 2)
            try await stillWorks(sandbox)
            #expect(try await sandbox.cli("status").code == 0)
            let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(hale.pid)/fd").count
            #expect(descriptors < 700, "descriptors for checks, store and keepers are left")
            withExtendedLifetime(open) {}
        }
    }

    /// Each was refused at once, and keeps its place by a body that does not come.
    @Test func halfRequestsKeepNobodyOut() async throws {
        try await withDaemon { sandbox, _ in
            var open: [Connection] = []
            for _ in 0..<600 {
                guard let connection = try? Connection(port: sandbox.port) else { continue }
                try? connection.write("POST /api/v1/healing/check HTTP/1.1\r\n\(Self.host)Content-Length: 100\r\n\r\n{")
                open.append(connection)
            }
            #expect(open.count > 500)
            try await stillWorks(sandbox)
            withExtendedLifetime(open) {}
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func theSocketIsForItsOwnerWhateverItsMode() async throws {
        try await withDaemon { sandbox, _ in
            let path = sandbox.dataDirectory.appendingPathComponent("hale.sock").path
            for (file, mode) in [(sandbox.directory.path, 0o755), (sandbox.dataDirectory.path, 0o755), (path, 0o666)] {
                chmod(file, mode_t(mode))
            }
            let script = """
                import socket
                s = socket.socket(socket.AF_UNIX)
                s.connect("\(path)")
                try:
                    s.sendall(b"POST /api/v1/healing/component/web/pause HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n")
                    print("answer", s.recv(100))
                except OSError as error:
                    print("answer b''", error)
                """
            func ask(_ user: [String]) async throws -> String {
                let child = try Child(
                    "/usr/bin/setpriv", user + ["/usr/bin/python3", "-c", script], environment: sandbox.environment(),
                    directory: URL(fileURLWithPath: "/"),
                    output: sandbox.directory.appendingPathComponent("peer-\(user.count)"))
                try await child.end()
                return child.text
            }
            let stranger = try await ask(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
            #expect(stranger.hasPrefix("answer b''"), "\(stranger)")
            #expect(!(try await sandbox.component("web").tags.contains(.paused)))
            let owner = try await ask(["--reuid", "0"])
            #expect(owner.contains("202"), "\(owner)")
            _ = try await sandbox.cli("resume", "web")
        }
    }
}
