import HaleMonitor
import Testing

/// YAML itself and `${}`: what is wrong is said exactly.
@Suite struct YAMLErrorTests {
    @Test(arguments: Self.table)
    func isToldWithItsPlace(_ example: ErrorExample) {
        #expect(outcome(of: example.yaml) == example.problems)
    }

    static let table: [ErrorExample] = [
        .init(
            #"""
            components:
              api: {check: {tcp: db:1}}
              web: {check: {tcp: db:1}}
              api: {check: {tcp: db:2}}
              "web": {check: {tcp: db:2, interval: 5}}
            """#,
            "4:3: key 'api' is given twice; the first is in line 2",
            "5:3: key 'web' is given twice; the first is in line 3"),
        .init(
            #"""
            components: {api: {check: {tcp: db:1, tcp: db:2, tcp: db:3}}}
            """#,
            "1:39: key 'tcp' is given twice; the first is in line 1",
            "1:50: key 'tcp' is given twice; the first is in line 1"),
        .init(
            #"""
            components: {web: {run: {env: {A-B: 1, C: [x]}, user: "a b", limits: {nofile: -1, cpus: 2, as: 1X}, \#
            umask: 99}}}
            """#,
            "1:25: components.web.run: no command is given; write command: [./program, --option]",
            "1:32: components.web.run.env: 'A-B' is not the name of an environment variable; use letters, "
                + "digits and '_', not beginning with a digit",
            "1:43: components.web.run.env.C: expected a text, found a list",
            "1:55: components.web.run.user: 'a b' is not the name or number of an account",
            "1:79: components.web.run.limits.nofile: '-1' is not a whole number; or 'unlimited'",
            "1:83: components.web.run.limits: unknown key 'cpus'; did you mean 'cpu'?",
            "1:96: components.web.run.limits.as: '1X' is not a size; write it like 64KiB, 10MiB or 1GB",
            #"1:108: components.web.run.umask: '99' is not an octal mask; write three octal digits such as "022""#),
        .init(
            #"""
            components: {web: {run: {command: [~/bin/web], directory: ~/x}}}
            """#,
            "1:36: components.web.run.command[0]: '~' is not expanded; write ${HOME}",
            "1:59: components.web.run.directory: '~' is not expanded; write ${HOME}"),
        .init(
            #"""
            components: {web: {check: {tcp: "${DB_HOST}:5432"}, labels: {a: "${", b: "${1x}"}}}
            """#,
            "1:33: components.web.check.tcp: environment variable DB_HOST is not set; set it, or give a "
                + "default: ${DB_HOST:-default}",
            "1:65: components.web.labels.a: '${' has no closing '}'; write '$${' for the characters themselves",
            "1:74: components.web.labels.b: '${1x}' does not name an environment variable; write ${NAME} or "
                + "${NAME:-default}"),
        .init(
            #"""
            components: {web: {check: {tcp: *db}}}
            """#,
            "1:33: alias '*db' refers to no anchor '&db' before it"),
        .init(
            #"""
            a: &a {x: 1}
            components: {web: *a, *a : {}}
            """#,
            "1:1: unknown key 'a'; expected one of server, data, recording, defaults, healing, connectivity, "
                + "checksPerHost, components",
            "1:8: components.web: unknown key 'x'; expected one of layer, labels, vital, weight, dependsOn, check, "
                + "checks, heartbeat, errorRate, limits, run, heal, autoHeal, hooks, group, flapping, interval, timeout, "
                + "recheck, failureThreshold, recoveryThreshold, startPeriod, slow, breaker",
            "2:23: a key must be a single plain value, without lists, mappings or aliases"),
        .init(
            #"""
            defaults: &d {interval: 1s}
            components: {web: {check: {<<: *d, tcp: a:1}}}
            """#,
            "2:28: merge keys ('<<') are not supported; use 'defaults:' for what is common"),
        .init(
            #"""
            components: {web: {check: !tcp a:1}}
            """#,
            "1:27: tags such as '!tcp' are not supported"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}}
            """#,
            "2:1: not valid YAML: while parsing a flow mapping (line 1), did not find expected ',' or '}'"),
        .init(
            #"""
            components:
            	web: 1
            """#,
            "2:1: not valid YAML: while scanning for the next token (line 2), found character that cannot "
                + "start any token"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1}}}
            ---
            components: {}
            """#,
            "2:1: not valid YAML: expected a single document in the stream (line 1), but found another document"),
        .init(
            #"""
            server: {bind: localhost, port: 80}
            data: ~/hale
            defaults: {interval: 10, brake: {}}
            components: {web: {check: {tcp: a:1}}}
            """#,
            "1:16: server.bind: 'localhost' has no port; write it like 127.0.0.1:5432",
            "1:27: server: unknown key 'port'; expected one of bind, hosts, loopbackNeedsToken, tokens, tls",
            "2:7: data: '~' is not expanded; write ${HOME}",
            "3:22: defaults.interval: '10' has no unit; write 10s, 10ms or 10m",
            "3:26: defaults: unknown key 'brake'; expected one of interval, timeout, recheck, "
                + "failureThreshold, recoveryThreshold, startPeriod, slow, breaker, heartbeat, errorRate, flapping, "
                + "autoHeal, heal"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, headers: {Authorization: "Bearer ${TOKEN}"}, labels: {a: b}}}}
            """#,
            "1:70: components.web.check.headers.Authorization: environment variable TOKEN is not set; set it, "
                + "or give a default: ${TOKEN:-default}",
            "1:90: components.web.check: unknown key 'labels'; expected one of http, method, headers, body, "
                + "redirects, reuse, verify, ca, certificate, expect, name, interval, timeout, recheck, failureThreshold, "
                + "recoveryThreshold, startPeriod, slow, breaker"),
        .init(
            #"""
            components: {[a, b]: {check: {tcp: a:1}}}
            """#,
            "1:13: components: nothing to watch: no component is given; write {web: {check: {http: URL}}}",
            "1:14: a key must be a single plain value, without lists, mappings or aliases"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, expect: {json: {x: *nope}}}}}
            """#,
            "1:64: alias '*nope' refers to no anchor '&nope' before it"),
    ]
}
