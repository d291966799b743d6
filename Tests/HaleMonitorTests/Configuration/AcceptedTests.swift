import HaleEngine
import HaleModel
import HaleMonitor
import HaleResilience
import Testing

/// What a valid document becomes.
@Suite struct AcceptedTests {
    @Test func theSmallestDocumentHasEveryDefault() throws {
        let loaded = try load("components: {web: {check: {http: http://localhost/}}}")
        #expect(loaded.file == "/srv/hale/hale.yaml")
        #expect(loaded.bind == SocketEndpoint(host: "127.0.0.1", port: 8790))
        #expect(loaded.dataDirectory == "/srv/hale/hale-data")
        #expect(
            loaded.components == [
                ComponentPolicy(id: "web", checks: [CheckPolicy(name: "http", kind: "http", host: "localhost")])
            ])
        #expect(loaded.engine.components == loaded.components)
        #expect(loaded.programs.isEmpty)
        let plan = HTTPCheckPlan(
            url: "http://localhost/", endpoint: Endpoint(host: "localhost", port: 80), usesTLS: false, target: "/")
        #expect(loaded.checks == [CheckPlan(component: "web", name: "http", probe: .http(plan))])
    }

    @Test func thePolicyOfEveryComponent() throws {
        let components = try load(fullExample).components
        #expect(components.map(\.id) == ["postgres", "api", "worker", "poller"])
        let tcp = { (breaker: CircuitBreakerStateMachine.Configuration, host: String) in
            CheckPolicy(
                name: "tcp", kind: "tcp", interval: .seconds(20), timeout: .seconds(15), thresholds: .init(failures: 5),
                slow: .seconds(2), breaker: breaker, host: host)
        }
        let repair = HealPolicy.Rung(.command(["/srv/hale/repair", "--now"], timeout: .seconds(60)), retries: 2)
        #expect(
            components[0]
                == ComponentPolicy(
                    id: "postgres", layer: .node,
                    labels: ["role": "db", "port": "5432", "zone": "a b", "host": "example.org"], isVital: true,
                    checks: [tcp(.init(), "127.0.0.1")],
                    heal: HealPolicy(
                        rungs: [repair], cooldown: .minutes(1), limit: nil, retryFailedEvery: nil, isAutomatic: false)))

        let http = CheckPolicy(
            name: "http", kind: "http", interval: .seconds(5), timeout: .seconds(5), thresholds: .init(failures: 5),
            slow: .seconds(2), host: "api.example.org", isRemote: true)
        let patient = tcp(
            .init(failureThreshold: 3, openDuration: .minutes(5), maxOpenDuration: .minutes(5)), "localhost")
        let program = ProgramPolicy(
            instances: 2, restart: .onFailure,
            exitRules: [.init(codes: [78, 79], action: .giveUp), .init(codes: [0], action: .nothing)], stopSignal: 2,
            stopTimeout: .seconds(30))
        var supervision = HealPolicy.supervision
        supervision.limit = .init(count: 20, window: .minutes(15))
        supervision.rungs = [
            .init(
                .program, retries: 10, backoff: .init(base: .seconds(1), factor: 3, max: .hours(1), jitter: 0.5)),
            .init(.command(["rollback"], timeout: .minutes(2)), retries: 1, verifyAfter: .seconds(10)),
        ]
        #expect(
            components[1]
                == ComponentPolicy(
                    id: "api", dependsOn: ["postgres"], checks: [http, patient], program: program, heal: supervision))

        var tuned = HealPolicy.supervision
        tuned.rungs = [.init(.program, retries: 9, backoff: .init(base: .seconds(1)))]
        tuned.limit = .init(count: 20, window: .hours(1))
        #expect(
            components[2]
                == ComponentPolicy(id: "worker", dependsOn: ["api"], checks: [patient], program: .init(), heal: tuned))

        var fixed = HealPolicy.supervision
        fixed.rungs.append(.init(.command(["/bin/fix"], timeout: .seconds(60))))
        #expect(components[3] == ComponentPolicy(id: "poller", program: .init(), heal: fixed))
    }

    @Test func thePlansOfChecks() throws {
        let checks = try load(fullExample).checks
        #expect(checks.map { "\($0.component)/\($0.name)" } == ["postgres/tcp", "api/http", "api/tcp", "worker/tcp"])
        #expect(
            checks[0].probe
                == .tcp(.init(endpoint: .init(host: "127.0.0.1", port: 5432), send: "x\n", expect: .regex("ready|ok"))))
        var http = HTTPCheckPlan(
            url: "https://api.example.org:8443/health?deep=1", endpoint: .init(host: "api.example.org", port: 8443),
            usesTLS: true, target: "/health?deep=1")
        http.method = "POST"
        http.headers = [.init("Authorization", "Bearer abc"), .init("Accept", "application/json")]
        http.body = #"{"a": "${x}"}"#
        http.redirects = 3
        http.reusesConnection = true
        http.verifiesCertificate = false
        http.status = [200...200, 301...302]
        http.bodyMatch = .contains("pong")
        http.json = [
            .init(path: "status", equals: "ok"), .init(path: "items.0.count", equals: 3),
            .init(path: "text", equals: "3"), .init(path: "none", equals: .null),
        ]
        #expect(checks[1].probe == .http(http))
    }

    @Test func thePlansOfPrograms() throws {
        let programs = try load(fullExample).programs
        var api = ProgramPlan(
            component: "api", command: ["/srv/hale/srv/api", "--port", "8080", ""], directory: "/srv/hale/srv")
        api.environment = ["MODE": "fast", "DB_PASSWORD": "x"]
        api.user = "1000"
        api.group = "www-data"
        api.limits = [
            .init(name: "nofile", value: 1024), .init(name: "as", value: 2 << 30), .init(name: "core", value: nil),
        ]
        api.umask = "027"
        api.log = LogPlan(maxFileBytes: 1 << 20, files: 3)
        #expect(programs.first == api)
        #expect(programs.dropFirst().map(\.command) == [["worker"], ["/srv/hale/poll"]])
    }

    @Test(arguments: [
        ("http://localhost", "localhost:80", "/"), ("https://localhost", "localhost:443", "/"),
        ("http://localhost?a=b", "localhost:80", "/?a=b"), ("HTTP://[::1]:8080/x/y?q=%20", "[::1]:8080", "/x/y?q=%20"),
        ("http://[2001:db8::192.0.2.1]/", "[2001:db8::192.0.2.1]:80", "/"),
        ("http://a.b-c.example./", "a.b-c.example.:80", "/"),
        ("http://127.0.0.1:65535/", "127.0.0.1:65535", "/"), ("http://my_service:1/", "my_service:1", "/"),
    ])
    func addresses(_ url: String, _ endpoint: String, _ target: String) throws {
        let loaded = try load("components: {web: {check: {http: '\(url)'}}}")
        let plan = try #require(httpPlan(of: loaded))
        #expect(plan.endpoint.description == endpoint)
        #expect(plan.target == target)
    }

    @Test(arguments: [
        "http://[::1", "http://[1:2:3]/", "http://[::1::2]/", "http://[fe80::1%25eth0]/", "http://1.2.3/",
        "http://01.2.3.4/",
        "http://a..b/", "http://-a/", "http://a:/", "http://a:80x/", "http://é/", "http://a/%", "http://a/%4", "//a/",
        "http:/a",
        "http://[]/", "http://a:1:2/", "http://[1.2.3.4::]/", "http://[:1]/", "http://[12345::]/",
    ])
    func notAddresses(_ url: String) {
        #expect(outcome(of: "components: {web: {check: {http: '\(url)'}}}").count == 1)
    }
}
