import HaleModel
import Testing

@testable import HaleProbes

/// Against a real server, plain and by TLS.
@Suite(.enabled(if: Nginx.isWanted, "nginx is not installed")) struct NginxTests {
    @Test func plain() async throws {
        try await Nginx.with { nginx in
            let up: (inout HTTPCheckPlan) -> Void = { $0.json = [.init(path: "status", equals: "UP")] }
            #expect(await probe(.local(nginx.plain, "/health", change: up)).message == "200 OK")
            #expect(await probe(.local(nginx.plain, "/health", host: "localhost", change: up)).message == "200 OK")
            #expect(await probe(.local(nginx.plain, "/health") { $0.method = "HEAD" }).message == "200 OK")
            #expect(await probe(.local(nginx.plain, "/")).message == "204 No Content")
            #expect(await probe(.local(nginx.plain, "/down")).message == "503 Service Unavailable, expected 200-299")
            let moved = await probe(
                .local(nginx.plain, "/moved") {
                    up(&$0)
                    $0.redirects = 1
                })
            #expect(moved.message == "200 OK")
            #expect(await probe(.local(nginx.plain, "/moved")).message == "302 Found, expected 200-299")
            #expect(
                await probe(.local(nginx.plain, "/health", tls: true)).message
                    == "TLS handshake failed: wrong version number")
        }
    }

    @Test func secure() async throws {
        try await Nginx.with { nginx in
            let ca = nginx.certificates.certificate("ca")
            func run(
                _ certificate: String, host: String = "localhost", roots: String? = ca, verifies: Bool = true
            ) async -> HealthCheckResult {
                await probe(
                    .local(nginx.port(certificate), host: host, tls: true) {
                        $0.trustedRoots = roots
                        $0.verifiesCertificate = verifies
                        $0.bodyMatch = .contains("secure")
                    })
            }
            for host in ["localhost", "127.0.0.1"] {
                let good = await run("good", host: host)
                #expect(good.message == "200 OK")
                #expect(good.details["certificate_expires"] == "2099-12-31T23:59:59.000Z")
                #expect(await run("wrong", host: host).message == "certificate is not for \(host)")
            }
            #expect(await run("alone", roots: nginx.certificates.certificate("alone")).message == "200 OK")
            let failures = [
                ("good", nil, "certificate not trusted: issued by no trusted authority"),
                ("alone", ca, "certificate not trusted: self-signed"),
                ("expired", ca, "certificate expired"),
                ("early", ca, "certificate not yet valid"),
            ]
            for (name, roots, message) in failures {
                let result = await run(name, roots: roots)
                #expect(result.status == .unhealthy)
                #expect(result.kind == "tls")
                #expect(result.message == message)
            }
            for name in ["good", "wrong", "expired", "early", "alone"] {
                #expect(await run(name, roots: nil, verifies: false).message == "200 OK")
            }
            for path in ["/nowhere/roots.pem", nginx.certificates.key("ca")] {
                let result = await run("good", roots: path)
                #expect(result.status == nil)
                #expect(result.message == "no certificates could be read from the trusted roots file \(path)")
            }
        }
    }

    @Test func redirectsBetweenSchemes() async throws {
        try await Nginx.with { nginx in
            func run(_ plan: HTTPCheckPlan) async -> HealthCheckResult {
                var plan = plan
                plan.trustedRoots = nginx.certificates.certificate("ca")
                plan.redirects = 3
                return await probe(plan)
            }
            #expect(await run(.local(nginx.plain, "/secure")).message == "200 OK")
            let refused = await run(.local(nginx.port("good"), "/plain", host: "localhost", tls: true))
            #expect(refused.kind == "redirect")
            #expect(refused.message == "redirect from https to http refused: http://127.0.0.1:\(nginx.plain)/")
        }
    }

    @Test func reuse() async throws {
        try await Nginx.with { nginx in
            let roots = nginx.certificates.certificate("ca")
            let plans = [
                HTTPCheckPlan.local(nginx.plain, "/health") { $0.reusesConnection = true },
                .local(nginx.port("good"), host: "localhost", tls: true) {
                    $0.reusesConnection = true
                    $0.trustedRoots = roots
                },
            ]
            let checks = plans.enumerated().map { CheckPlan(component: "web", name: "\($0)", probe: .http($1)) }
            await withProber(checks) { prober in
                for run in 0..<20 {
                    for check in checks {
                        let order = CheckOrder(
                            run: UInt64(run), component: "web", check: check.name, timeout: .seconds(30))
                        #expect(await prober.run(order).message == "200 OK")
                    }
                }
            }
        }
    }
}
