import HaleModel
import Testing

@testable import HaleProbes

/// Answers that began as valid ones: whatever a peer sends, each run ends with a result.
@Suite struct HTTPFuzzTests {
    static let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"status\":\"UP\"}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\nA: b\r\n\r\n",
        "HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello",
        "HTTP/1.1 204 No Content\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 4\r\n\r\nbusy",
    ]

    static func mutated(_ seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(answers.randomElement(using: &random)!.utf8)
        if Int.random(in: 0..<16, using: &random) == 0 {
            return Fuzzing.bytes(seed, from: answers.map { Array($0.utf8) })
        }
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: bytes.indices, using: &random)
            let end = min(bytes.count, at + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[at] = .random(in: .min ... .max, using: &random)
            case 2: bytes.removeSubrange(at..<end)
            case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
            case 4: bytes.removeSubrange(at...)
            case 5: bytes.insert(contentsOf: Array("\r\n".utf8), at: at)
            default: bytes.insert(contentsOf: answers.randomElement(using: &random)!.utf8.prefix(40), at: at)
            }
        }
        return bytes
    }

    @Test(arguments: [false, true]) func everyRunEnds(_ reuses: Bool) async throws {
        let end = Fuzzing.seconds.map { ContinuousClock.now + .seconds($0) }
        repeat { try await run(reuses: reuses) } while end.map { ContinuousClock.now < $0 } ?? false
    }

    private func run(reuses: Bool) async throws {
        let seed = UInt64.random(in: 0..<1 << 40)
        let server = try await RawServer { number in
            [.request, .sendBytes(Self.mutated(seed &+ UInt64(number))), .close]
        }
        let plan = HTTPCheckPlan.local(server.port) {
            $0.bodyMatch = .contains("o")
            $0.json = [.init(path: "status", equals: "UP")]
            $0.redirects = 2
            $0.reusesConnection = reuses
            $0.maxBodyBytes = 64
        }
        var health = plan
        health.readsHealth = true
        let checks = (0..<16).map {
            CheckPlan(component: "web", name: "\($0)", probe: .http($0 % 4 == 0 ? health : plan))
        }
        await withProber(checks) { prober in
            await withTaskGroup(of: Void.self) { group in
                for check in checks {
                    group.addTask {
                        for run in 0..<200 {
                            let order = CheckOrder(
                                run: UInt64(run), component: "web", check: check.name, timeout: .seconds(60))
                            let result = await prober.run(order)
                            #expect(!result.message.isEmpty && result.message.utf8.count < 600, "seed \(seed)")
                            // The server always closes, so no run has a reason to wait for its deadline.
                            #expect(result.kind != "timeout", "seed \(seed): \(result.message)")
                        }
                    }
                }
            }
        }
        try await eventually({ server.openConnections == 0 }, "every connection is closed, seed \(seed)")
        await server.stop()
    }
}
