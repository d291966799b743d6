import HaleMonitor
import Testing

/// The words of every rule: what is wrong is said exactly.
@Suite struct PolicyErrorTests {
    @Test(arguments: Self.table)
    func isToldWithItsPlace(_ example: ErrorExample) {
        #expect(outcome(of: example.yaml) == example.problems)
    }

    @Test func theEnvironmentMayNotContradictItself() {
        let said = outcome(
            of: "components: {web: {heartbeat: true}}",
            environment: ["HEALTH_HEARTBEAT_TIMEOUT": "100", "HEALTH_HEARTBEAT_DEAD_THRESHOLD": "50"])
        #expect(
            said == [
                "environment: HEALTH_HEARTBEAT_DEAD_THRESHOLD: 50s is less than 'missing' (1m40s, environment "
                    + "HEALTH_HEARTBEAT_TIMEOUT)"
            ])
    }

    static let table: [ErrorExample] = [
        .init(
            "components: {web: {heartbeat: yes}}", "1:31: components.web.heartbeat: 'yes' is not true or false"),
        .init(
            "components: {web: {heartbeat: {late: 2m, missing: 1m, deed: 3m}}}",
            "1:51: components.web.heartbeat.missing: 1m is less than 'late' (2m, hale.yaml:1)",
            "1:55: components.web.heartbeat: unknown key 'deed'; did you mean 'dead'?"),
        .init(
            "components: {web: {heartbeat: true, limits: {a b: {degraded: 1}, m: {}, n: {degraded: 2, unhealthy: 1}, o: 3}}}",
            "1:46: components.web.limits: the name of a metric has 1 to 128 bytes, without spaces",
            "1:69: components.web.limits.m: no limit is given; write it like {degraded: 900, unhealthy: 1200}",
            "1:90: components.web.limits.n: 'unhealthy' is less than 'degraded'",
            "1:108: components.web.limits.o: expected a mapping such as {degraded: 900, unhealthy: 1200}, found a "
                + "single value"),
        .init(
            "components: {web: {heartbeat: true, errorRate: {degraded: 120%, unhealthy: x, down: 1%, minimum: 0}}}",
            "1:59: components.web.errorRate.degraded: 120% is out of range; expected 0% to 100%",
            "1:76: components.web.errorRate.unhealthy: 'x' is not a share; write it like 5% or 0.05",
            "1:85: components.web.errorRate.down: 1% is less than 'unhealthy' (20%, default)",
            "1:98: components.web.errorRate.minimum: 0 is out of range; expected 1 to 1000000"),
        .init(
            "components: {web: {heartbeat: true, group: {minHealthy: -1}, weight: heavy, flapping: 3}}",
            "1:44: components.web.group: no name is given; write it like {name: web, minHealthy: 2}",
            "1:57: components.web.group.minHealthy: -1 is out of range; expected 0 to 10000",
            "1:70: components.web.weight: 'heavy' is not a number from 0 to 1000",
            "1:87: components.web.flapping: expected a mapping such as {changes: 6, window: 10m}, found a single value"),
        .init(
            "components: {web: {heartbeat: true, hooks: {timeout: 5s}, autoHeal: false}}",
            "1:44: components.web.hooks: no hook is given; write it like {beforeHeal: [./drain]}",
            "1:59: components.web: there is no remedy to switch off; give it a 'heal:' or 'run:'"),
        .init(
            "components: {web: {heartbeat: true, hooks: {beforeHeal: ./drain now, onPaus: [x]}}}",
            "1:57: components.web.hooks.beforeHeal: a command is an argument vector, never a shell string; write "
                + "[./drain, now]",
            "1:70: components.web.hooks: unknown key 'onPaus'; did you mean 'onPause'?"),
        .init(
            "components: {web: {heartbeat: true, dependsOn: [{restart: true}, {on: nobody, pause: maybe}]}}",
            "1:49: components.web.dependsOn[0]: 'on' is missing; write it like {on: postgres, restart: true}",
            "1:71: components.web.dependsOn[1].on: there is no component 'nobody'",
            "1:86: components.web.dependsOn[1].pause: 'maybe' is not true or false"),
        .init(
            """
            healing: {concurent: 3, mode: watch, panicAbove: 2}
            checksPerHost: 0
            connectivity: {targets: [1.1.1.1]}
            components: {connectivity: {heartbeat: true}}
            """,
            "1:11: healing: unknown key 'concurent'; did you mean 'concurrent'?",
            "1:31: healing.mode: 'watch' is not one of act, observe",
            "1:50: healing.panicAbove: 2 is out of range; expected 0% to 100%",
            "2:16: checksPerHost: 0 is out of range; expected 1 to 10000",
            "3:25: connectivity.targets: one target could be down by itself; name two at least, such as a router and a "
                + "resolver",
            "3:26: connectivity.targets[0]: '1.1.1.1' is not a target; write it like tcp://1.1.1.1:53",
            "4:14: components: 'connectivity' is what the reference targets of 'connectivity:' are called; give the "
                + "component another id"),
        .init(
            """
            connectivity: {targets: ["tcp://a:1", "tcp://a:1", "tcp://a"]}
            components: {web: {heartbeat: true}}
            """,
            "1:39: connectivity.targets[1]: a second target is called 'a-1'; give it a 'name:' of its own",
            "1:52: connectivity.targets[2].tcp: 'a' has no port; write it like 127.0.0.1:5432"),
        .init(
            """
            connectivity: {}
            components: {web: {labels: {a: b}}}
            """,
            "1:15: connectivity: 'targets' is missing; write targets: [tcp://1.1.1.1:53, tcp://9.9.9.9:53]",
            "2:19: components.web: nothing to watch; give it a 'check:', 'checks:', 'heartbeat:' or 'run:'"),
        .init(
            "defaults: {heartbeat: true, heal: {retires: 3}, autoHeal: 1}\ncomponents: {web: {heartbeat: true}}",
            "1:23: defaults.heartbeat: expected a mapping such as {late: 45s}, found a single value",
            "1:36: defaults.heal: unknown key 'retires'; did you mean 'retries'?",
            "1:59: defaults.autoHeal: '1' is not true or false"),
    ]
}
