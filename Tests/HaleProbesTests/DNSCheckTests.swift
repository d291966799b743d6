import HaleModel
import Testing

@testable import HaleProbes

/// Names resolved by this system and by a server of the tests.
@Suite struct DNSCheckTests {
    private static let v6: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1]

    private func run(
        _ answer: NameServer.Answer, _ records: DNSCheckPlan.Records = .both, expect: [String] = [],
        timeout: TimeSpan = .seconds(60)
    ) async throws -> HealthCheckResult {
        let server = try await NameServer(answer)
        let result = await probe(
            .dns(
                DNSCheckPlan(
                    name: "www.example.org", records: records, server: Endpoint(host: "127.0.0.1", port: server.port),
                    expect: expect)), timeout: timeout)
        await server.stop()
        return result
    }

    @Test func found() async throws {
        let both = try await run(.addresses([[192, 0, 2, 2], [192, 0, 2, 1]], v6: [Self.v6], ttl: 30))
        #expect(both.status == .healthy)
        #expect(both.message == "www.example.org is 192.0.2.1, 192.0.2.2, 2001:db8::1")
        #expect(both.details["addresses"] == ["192.0.2.1", "192.0.2.2", "2001:db8::1"])
        #expect(both.metrics == ["addresses": 3, "ttl_seconds": 30])
        #expect(try await run(.addresses([[192, 0, 2, 1]])).status == .healthy, "no AAAA is no trouble")
        let v6 = try await run(.addresses([[192, 0, 2, 1]], v6: [Self.v6]), .v6)
        #expect(v6.message == "www.example.org is 2001:db8::1")
    }

    @Test func expected() async throws {
        let answer = NameServer.Answer.addresses([[192, 0, 2, 1], [192, 0, 2, 9]], v6: [Self.v6])
        #expect(try await run(answer, expect: ["192.0.2.1"]).status == .healthy)
        #expect(try await run(answer, expect: ["2001:0db8:0:0::1", "192.0.2.9"]).status == .healthy)
        let moved = try await run(answer, .v4, expect: ["192.0.2.1", "192.0.2.77"])
        #expect(moved.status == .unhealthy)
        #expect(moved.message == "www.example.org is 192.0.2.1, 192.0.2.9, which lacks 192.0.2.77")
    }

    @Test(arguments: [
        (NameServer.Answer.code(3), "name not known: www.example.org"),
        (.code(2), "name server SERVER failed to resolve www.example.org"),
        (.code(5), "name server SERVER refuses to resolve www.example.org"),
        (.code(9), "name server SERVER answers with code 9"),
        (.addresses([]), "www.example.org has no A or AAAA address"),
    ]) func refusals(_ answer: NameServer.Answer, _ message: String) async throws {
        let server = try await NameServer(answer)
        let endpoint = Endpoint(host: "127.0.0.1", port: server.port)
        let result = await probe(.dns(DNSCheckPlan(name: "www.example.org", server: endpoint)))
        await server.stop()
        #expect(result.status == .unhealthy)
        #expect(result.kind == "dns")
        #expect(result.message == message.replacing("SERVER", with: "\(endpoint)"))
    }

    @Test func aLostQuestionIsAskedAgain() async throws {
        #expect(try await run(.later(after: 1, .addresses([[192, 0, 2, 1]]))).status == .healthy)
    }

    @Test func silenceAndNonsense() async throws {
        for answer in [NameServer.Answer.silence, .bytes([0x81]), .bytes(Array(repeating: 0xFF, count: 600))] {
            let result = try await run(answer, .v4, timeout: .milliseconds(300))
            #expect(result.status == .unhealthy)
            #expect(result.kind == "timeout")
            #expect(result.message.contains("no answer from name server 127.0.0.1:"))
            #expect(result.message.hasSuffix("within 300ms (A)"))
        }
    }

    @Test func nobodyListens() async throws {
        let endpoint = Endpoint(host: "127.0.0.1", port: try FreePort.next())
        let result = await probe(.dns(DNSCheckPlan(name: "example.org", server: endpoint)))
        #expect(result.status == .unhealthy)
        #expect(result.kind == "refused")
    }

    @Test func bySystem() async {
        let local = await probe(.dns(DNSCheckPlan(name: "localhost", records: .v4, expect: ["127.0.0.1"])))
        #expect(local.status == .healthy)
        #expect(local.message == "localhost is 127.0.0.1")
        let none = await probe(.dns(DNSCheckPlan(name: "no-such-name.invalid")))
        #expect(none.status == .unhealthy)
        #expect(none.kind == "dns")
    }

    @Test func whatCannotBeAsked() async {
        for plan in [
            DNSCheckPlan(name: "a..b"), DNSCheckPlan(name: "a", server: Endpoint(host: "x", port: 0)),
            DNSCheckPlan(name: "a", expect: ["1.2.3"]),
        ] {
            #expect(await probe(.dns(plan)).kind == "configuration")
        }
    }
}
