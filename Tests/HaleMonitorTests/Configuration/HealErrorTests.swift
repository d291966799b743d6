import HaleMonitor
import Testing

/// `heal:`: what is wrong is said exactly.
@Suite struct HealErrorTests {
    @Test(arguments: Self.table)
    func isToldWithItsPlace(_ example: ErrorExample) {
        #expect(outcome(of: example.yaml) == example.problems)
    }

    static let table: [ErrorExample] = [
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, heal: {cooldown: 1m}}}
            """#,
            "1:45: components.web.heal: without 'run:' there is nothing to restart; give at least one step "
                + "such as command: [./repair]"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, heal: {restart: {systemd: web.service}}}}
            """#,
            "1:55: components.web.heal.restart: there is no remedy 'systemd'; the remedy is 'command: [./repair]'"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, heal: {steps: [{docker: web}, {restart: run}, {retries: 2}]}}}
            """#,
            "1:55: components.web.heal.steps[0]: there is no remedy 'docker'; the remedy is 'command: [./repair]'",
            "1:79: components.web.heal.steps[1].restart: the component has no 'run:' to restart; the remedy is "
                + "'command: [./repair]'",
            "1:85: components.web.heal.steps[2]: a step needs a remedy; the remedy is 'command: [./repair]'"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, heal: {command: ./repair, limit: 3, cooldown: never, \#
            retryFailedEvery: 1}, autoHeal: on}}
            """#,
            "1:55: components.web.heal.command: a command is an argument vector, never a shell string; write "
                + "[./repair]",
            "1:72: components.web.heal.limit: '3' is not a limit; write it like 3/h or 20/15m, or 'none'",
            "1:85: components.web.heal.cooldown: 'never' is not a duration; write it like 250ms, 10s, 5m, "
                + "1h30m or 2d",
            "1:110: components.web.heal.retryFailedEvery: '1' has no unit; write 1s, 1ms or 1m",
            "1:124: components.web.autoHeal: 'on' is not true or false"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, heal: {command: [x], limit: 0/h}}, b: {check: {tcp: a:1}, heal: \#
            {command: [x], limit: 3/8d}}}
            """#,
            "1:67: components.web.heal.limit: 0 is out of range; expected 1 to 1000 attempts; or 'none' for no "
                + "limit",
            "1:125: components.b.heal.limit: 8d is out of range; expected a window of 1s to 7d; or 'none'"),
        .init(
            #"""
            components: {web: {run: [web], heal: {steps: [{command: [x]}, {restart: run}]}}}
            """#,
            "1:73: components.web.heal.steps[1].restart: the restart of the program is always the first step"),
        .init(
            #"""
            components: {web: {run: [web], heal: {retries: 3, steps: [{restart: run}]}}}
            """#,
            "1:39: components.web.heal: 'retries' stands beside 'steps'; put it into the step it belongs to"),
        .init(
            #"""
            components: {web: {run: [web], heal: {timeout: 3s, backoff: {base: 5s, factor: 0.5, max: 1s, jitter: 2}}}}
            """#,
            "1:39: components.web.heal: 'timeout' belongs to a 'command'",
            "1:80: components.web.heal.backoff.factor: 0.5 is out of range; expected 1 to 100",
            "1:90: components.web.heal.backoff.max: 1s is less than 'base' (5s, hale.yaml:1)",
            "1:102: components.web.heal.backoff.jitter: 2 is out of range; expected 0 to 1"),
        .init(
            #"""
            components: {web: {run: [web], heal: {command: [x], steps: [{command: [y]}]}}}
            """#,
            "1:39: components.web.heal: 'command' stands beside 'steps'; put it into the list"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, heal: {command: [x], steps: [{command: [y]}]}}}
            """#,
            "1:46: components.web.heal: 'command' stands beside 'steps'; put it into the step it belongs to"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, heal: {steps: []}}}
            """#,
            "1:53: components.web.heal.steps: the list of steps is empty"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}, heal: {steps: [{comand: [x]}]}}}
            """#,
            "1:55: components.web.heal.steps[0]: unknown key 'comand'; did you mean 'command'?"),
        .init(
            #"""
            components: {web: {check: {tcp: "a:1", name: "a b"}}, "x": {run: [a], labels: 3, heal: 5}}
            """#,
            "1:46: components.web.check.name: 'a b' is not a name; use letters, digits, '.', '_' and '-', "
                + "beginning with a letter or digit, at most 128",
            "1:79: components.x.labels: expected a mapping of labels, found a single value",
            "1:88: components.x.heal: expected a mapping with guards and steps, found a single value"),
    ]
}
