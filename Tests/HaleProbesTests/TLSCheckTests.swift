import HaleModel
import Testing

@testable import HaleProbes

/// Certificates of a real server, by a TLS check and by an HTTP check.
@Suite(.enabled(if: Nginx.isWanted, "nginx is not installed")) struct TLSCheckTests {
    private func run(
        _ nginx: Nginx, _ certificate: String, host: String = "localhost", name: String? = nil,
        expires: TimeSpan? = .days(14), verifies: Bool = true
    ) async -> HealthCheckResult {
        await probe(
            .tls(
                TLSCheckPlan(
                    endpoint: Endpoint(host: host, port: nginx.port(certificate)), serverName: name, expires: expires,
                    verifiesCertificate: verifies, trustedRoots: nginx.certificates.certificate("ca"))))
    }

    @Test func certificates() async throws {
        try await Nginx.with { nginx in
            let good = await run(nginx, "good")
            #expect(good.status == .healthy)
            #expect(good.message.hasPrefix("certificate valid for "))
            #expect(good.details["certificate_expires"] == "2099-12-31T23:59:59.000Z")
            #expect((good.metrics["certificate_days_left"] ?? .nan) > 20_000)

            let soon = await run(nginx, "soon")
            #expect(soon.status == .degraded)
            #expect(soon.kind == "certificate")
            #expect(soon.message == "certificate expires in 3 days")
            #expect((3.4...3.51).contains((soon.metrics["certificate_days_left"] ?? .nan)))
            #expect(await run(nginx, "soon", expires: .days(3)).status == .healthy)
            #expect(await run(nginx, "soon", expires: nil).status == .healthy)

            let expired = await run(nginx, "expired")
            #expect(expired.status == .unhealthy)
            #expect(expired.message == "certificate expired")
            #expect((expired.metrics["certificate_days_left"] ?? .nan) < 0)
            let unverified = await run(nginx, "expired", verifies: false)
            #expect(unverified.status == .unhealthy)
            #expect(unverified.message.hasPrefix("certificate expired "))

            #expect(await run(nginx, "alone").message == "certificate not trusted: self-signed")
            #expect(await run(nginx, "alone", verifies: false).status == .healthy)
            #expect(await run(nginx, "early").message == "certificate not yet valid")
        }
    }

    @Test func names() async throws {
        try await Nginx.with { nginx in
            #expect(await run(nginx, "wrong").message == "certificate is not for localhost")
            #expect(await run(nginx, "wrong", name: "other.test").status == .healthy)
            #expect(await run(nginx, "wrong", host: "127.0.0.1", name: "other.test").status == .healthy)
            #expect(await run(nginx, "good", host: "127.0.0.1").status == .healthy)
        }
    }

    @Test func ofHTTPChecks() async throws {
        try await Nginx.with { nginx in
            func run(_ certificate: String, expires: TimeSpan?) async -> HealthCheckResult {
                await probe(
                    .local(nginx.port(certificate), host: "localhost", tls: true) {
                        $0.trustedRoots = nginx.certificates.certificate("ca")
                        $0.certificateExpires = expires
                    })
            }
            let soon = await run("soon", expires: .days(14))
            #expect(soon.status == .degraded)
            #expect(soon.message == "200 OK, certificate expires in 3 days")
            #expect(soon.details["status"] == 200)
            #expect(soon.metrics["certificate_days_left"] != nil)
            #expect(await run("soon", expires: nil).status == .healthy)
            #expect(await run("soon", expires: .days(2)).status == .healthy)
            #expect(await run("good", expires: .days(14)).message == "200 OK")
            #expect(await run("expired", expires: .days(14)).status == .unhealthy)
        }
    }

    @Test func noTLSAtAll() async throws {
        let refused = await probe(.tls(TLSCheckPlan(endpoint: Endpoint(host: "127.0.0.1", port: try FreePort.next()))))
        #expect(refused.message == "connection refused")
        let plain = try await RawServer(.send("220 hello\r\n"), .hold)
        let spoken = await probe(.tls(TLSCheckPlan(endpoint: Endpoint(host: "127.0.0.1", port: plain.port))))
        #expect(spoken.status == .unhealthy)
        #expect(spoken.kind == "tls")
        await plain.stop()
        let mute = try await RawServer(.hold)
        let check = CheckPlan(
            component: "any", name: "tls",
            probe: .tls(TLSCheckPlan(endpoint: Endpoint(host: "127.0.0.1", port: mute.port))))
        try await withProber([check]) { prober in
            // The first run reads the roots of the system, which takes its time.
            let order = { CheckOrder(run: 1, component: "any", check: "tls", timeout: $0) }
            try await eventually(
                { await prober.run(order(.seconds(2))).message == "no TLS handshake within 2s (connected)" },
                "the time-out is told")
        }
        try await eventually({ mute.openConnections == 0 }, "the connection is closed")
        await mute.stop()
        let closing = try await RawServer(.close)
        let closed = await probe(.tls(TLSCheckPlan(endpoint: Endpoint(host: "127.0.0.1", port: closing.port))))
        #expect(closed.status == .unhealthy)
        await closing.stop()
    }
}
