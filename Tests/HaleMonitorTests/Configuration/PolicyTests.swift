import HaleEngine
import HaleModel
import HaleMonitor
import HaleResilience
import Testing

/// What the words of every rule become.
@Suite struct PolicyTests {
    private func policy(_ text: String, environment: [String: String] = [:]) throws -> ComponentPolicy {
        try #require(
            try load("components: {web: {\(text)}, db: {heartbeat: true}}", environment: environment).components.first)
    }

    @Test(arguments: [
        ("heartbeat: true", HeartbeatPolicy()),
        ("heartbeat: {}", HeartbeatPolicy()),
        (
            "heartbeat: {late: 5s, missing: 10s, dead: 20s}",
            HeartbeatPolicy(late: .seconds(5), missing: .seconds(10), dead: .seconds(20), startPeriod: .seconds(20))
        ),
        // What is inherited is raised to what is written before it.
        (
            "heartbeat: {late: 5m}",
            HeartbeatPolicy(late: .minutes(5), missing: .minutes(5), dead: .minutes(5), startPeriod: .minutes(5))
        ),
        (
            "heartbeat: {authoritative: true, startPeriod: 1s}",
            HeartbeatPolicy(isAuthoritative: true, startPeriod: .seconds(1))
        ),
        // With a check beside it the start period is the check's.
        ("heartbeat: true, check: {tcp: a:1}", HeartbeatPolicy(startPeriod: .seconds(60))),
        ("heartbeat: true, run: [./web]", HeartbeatPolicy(isRemote: false)),
        (
            "heartbeat: true, recoveryThreshold: 5, failureThreshold: 9",
            HeartbeatPolicy(thresholds: .init(failures: 9, recoveries: 5))
        ),
    ])
    func heartbeats(_ text: String, _ expected: HeartbeatPolicy) throws {
        #expect(try policy(text).heartbeat == expected)
    }

    @Test func noHeartbeat() throws {
        #expect(try policy("heartbeat: false, check: {tcp: a:1}").heartbeat == nil)
    }

    @Test func theRestOfAComponent() throws {
        let web = try policy(
            """
            check: {tcp: a:1}, weight: 2.5, limits: {memory_mb: {degraded: 900, unhealthy: 1200}, queue: {unhealthy: 5}},
            errorRate: {window: 2m, degraded: 1%, unhealthy: 0.1, down: 90%, minimum: 5, slow: 300ms},
            flapping: {changes: 4, window: 5m}, group: {name: front, minHealthy: 2}, heal: {command: [./fix]}, autoHeal: false,
            hooks: {beforeHeal: [./drain, now], onResume: [notify], timeout: 5s},
            dependsOn: [{on: db, restart: true, pause: true}]
            """)
        #expect(web.weight == 2.5)
        #expect(web.limits == ["memory_mb": .init(degraded: 900, unhealthy: 1_200), "queue": .init(unhealthy: 5)])
        #expect(
            web.errorRate
                == .init(
                    window: .minutes(2), degraded: 0.01, unhealthy: 0.1, down: 0.9, minimum: 5,
                    slow: .milliseconds(300)))
        #expect(web.flapping == .init(changes: 4, window: .minutes(5)))
        #expect(web.group == GroupPolicy("front", minHealthy: 2))
        #expect(web.heal?.isAutomatic == false)
        #expect(
            web.hooks
                == HookPolicy(
                    [.beforeHeal: ["/srv/hale/drain", "now"], .onResume: ["notify"]], timeout: .seconds(5)))
        #expect(web.dependsOn == [DependencyPolicy(on: "db", restarts: true, pauses: true)])
    }

    @Test func shortForms() throws {
        let web = try policy("check: {tcp: a:1}, group: front, dependsOn: db")
        #expect(web.group == GroupPolicy("front"))
        #expect(web.dependsOn == ["db"])
        #expect(web.weight == 1 && web.limits.isEmpty && web.hooks == HookPolicy() && web.flapping == .init())
    }

    @Test func whatAComponentSaysHoldsForItsChecks() throws {
        let web = try policy(
            "checks: [{tcp: a:1}, {http: http://b/, interval: 3s, breaker: {open: 5s}}], interval: 20s, slow: 1s, "
                + "failureThreshold: 5, breaker: {failures: 2}")
        #expect(web.checks.map(\.interval) == [.seconds(20), .seconds(3)])
        #expect(web.checks.map(\.thresholds.failures) == [5, 5])
        #expect(web.checks.map(\.slow) == [.seconds(1), .seconds(1)])
        #expect(web.checks.map(\.breaker.failureThreshold) == [2, 2])
        #expect(web.checks.map(\.breaker.openDuration) == [.seconds(60), .seconds(5)])
    }

    @Test(arguments: [
        ("http: http://example.org/x", "example.org", true), ("http: http://127.0.0.9:1/", "127.0.0.9", false),
        ("tcp: localhost:1", "localhost", false), ("tcp: '[::1]:1'", "::1", false),
        ("tcp: 10.0.0.1:1", "10.0.0.1", true), ("tls: example.org", "example.org", true),
        ("dns: example.org", nil, true), ("dns: example.org, server: 127.0.0.1", "127.0.0.1", false),
        ("command: [true]", nil, false), ("process: nginx", nil, false),
    ])
    func wherePartsOfTheWorldAre(_ check: String, _ host: String?, _ isRemote: Bool) throws {
        let check = try #require(try policy("check: {\(check)}").checks.first)
        #expect(check.host == host)
        #expect(check.isRemote == isRemote)
    }

    @Test func whatHoldsForAllOfHale() throws {
        let loaded = try load(
            """
            healing: {concurrent: 2, panicAbove: 30%, mode: observe}
            checksPerHost: 3
            connectivity: {targets: ["tcp://1.1.1.1:53", {http: http://router/, name: router, timeout: 1s}]}
            defaults: {interval: 1h}
            components: {web: {check: {tcp: a:1}}}
            """)
        #expect(loaded.engine.healing == HealingPolicy(concurrent: 2, panicAbove: 0.3, mode: .observe))
        #expect(loaded.engine.checksPerHost == 3)
        #expect(loaded.engine.references.map(\.name) == ["1.1.1.1-53", "router"])
        #expect(loaded.engine.references.map(\.interval) == [.seconds(10), .seconds(10)])
        #expect(loaded.engine.references.map(\.isRemote) == [true, true])
        let plans = loaded.checks.filter { $0.component == "connectivity" }
        #expect(plans.map(\.name) == ["1.1.1.1-53", "router"])
        #expect(loaded.components.map(\.id) == ["web"])
    }

    @Test func theCommandLineIsAboveTheFile() throws {
        let yaml = "healing: {mode: act}\ncomponents: {web: {check: {tcp: a:1}}}"
        let loaded = try ConfigurationLoader.load(
            text: yaml, file: "/x/hale.yaml", environment: [:], overrides: .init(observes: true))
        #expect(loaded.engine.healing.mode == .observe)
        #expect(
            loaded.effective.lines.contains {
                $0.hasPrefix("healing.mode: observe") && $0.hasSuffix("# command line --observe")
            })
    }

    @Test func everythingHasADefaultOfItsOwn() throws {
        let loaded = try load(
            """
            defaults:
              heartbeat: {late: 1s, missing: 2s, dead: 3s}
              errorRate: {degraded: 2%}
              flapping: {changes: 9}
              autoHeal: false
              breaker: {failures: 7}
              heal: {retries: 2, cooldown: 1m, limit: none, stableFor: 1h, retryFailedEvery: never, verifyAfter: 9s, backoff: {base: 1s, jitter: 0}}
            components:
              web: {heartbeat: true, check: {tcp: a:1}, heal: {command: [x]}}
              own: {run: [./own]}
            """)
        let (web, own) = (loaded.components[0], loaded.components[1])
        #expect(web.heartbeat?.dead == .seconds(3))
        #expect(web.errorRate.degraded == 0.02)
        #expect(web.flapping.changes == 9)
        #expect(web.checks[0].breaker.failureThreshold == 7)
        let heal = try #require(web.heal)
        #expect(!heal.isAutomatic && heal.limit == nil && heal.cooldown == .minutes(1))
        #expect(heal.stableFor == .hours(1) && heal.retryFailedEvery == nil)
        #expect(heal.rungs[0].retries == 2 && heal.rungs[0].verifyAfter == .seconds(9))
        #expect(heal.rungs[0].backoff == .init(base: .seconds(1), jitter: 0))
        // A program of Hale's own has neither cooldown nor limit unless it says so itself.
        #expect(own.heal?.cooldown == .zero && own.heal?.limit == nil && own.heal?.rungs[0].retries == 2)
    }

    @Test func theEnvironmentIsAboveTheFile() throws {
        let environment = [
            "HEALTH_HEARTBEAT_TIMEOUT": "100", "HEALTH_HEARTBEAT_DEGRADED_THRESHOLD": "200",
            "HEALTH_HEARTBEAT_DEAD_THRESHOLD": "300.5", "HEALTH_ERROR_RATE_THRESHOLD": "0.3",
        ]
        let loaded = try load(
            "defaults: {heartbeat: {late: 1s}, errorRate: {degraded: 1%}}\ncomponents: {web: {heartbeat: true}}",
            environment: environment)
        let web = loaded.components[0]
        #expect(web.heartbeat?.late == .seconds(100) && web.heartbeat?.missing == .seconds(200))
        #expect(web.heartbeat?.dead == .milliseconds(300_500))
        // The higher limits are raised to at least it.
        #expect(web.errorRate.degraded == 0.3 && web.errorRate.unhealthy == 0.3 && web.errorRate.down == 0.5)
    }
}
