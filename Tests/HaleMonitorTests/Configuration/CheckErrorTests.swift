import HaleMonitor
import Testing

/// Checks: what is wrong is said exactly.
@Suite struct CheckErrorTests {
    @Test(arguments: Self.table)
    func isToldWithItsPlace(_ example: ErrorExample) {
        #expect(outcome(of: example.yaml) == example.problems)
    }

    static let table: [ErrorExample] = [
        .init(
            #"""
            components:
              api:
                check:
                  http: http://localhost:8080/
                  intervall: 10s
            """#,
            "5:7: components.api.check: unknown key 'intervall'; did you mean 'interval'?"),
        .init(
            #"""
            components: {web: {check: http://localhost/}}
            """#,
            "1:27: components.web.check: expected a check, found a single value; write it like {http: "
                + "http://127.0.0.1:8080/health}"),
        .init(
            #"""
            components: {web: {check: {htpp: http://localhost/}}}
            """#,
            "1:28: components.web.check: unknown kind of check 'htpp'; did you mean 'http'?"),
        .init(
            #"""
            components: {web: {check: {ping: localhost}}}
            """#,
            "1:28: components.web.check: unknown kind of check 'ping'; expected one of 'http: URL', 'tcp: host:port', "
                + "'command: [program, argument]', 'process: name', 'dns: name', 'tls: host:port'"),
        .init(
            #"""
            components: {web: {check: {interval: 10s}}}
            """#,
            "1:27: components.web.check: no kind of check is given; expected one of 'http: URL', 'tcp: host:port', "
                + "'command: [program, argument]', 'process: name', 'dns: name', 'tls: host:port'"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, tcp: a:1}}}
            """#,
            "1:45: components.web.check: one check is of one kind, found 'http' and 'tcp'"),
        .init(
            #"""
            components: {web: {check: [{tcp: a:1}]}}
            """#,
            "1:27: components.web.check: expected one check, found a list; use 'checks:' for several"),
        .init(
            #"""
            components: {web: {checks: {tcp: a:1}}}
            """#,
            "1:28: components.web.checks: expected a list of checks, found a mapping"),
        .init(
            #"""
            components: {web: {checks: []}}
            """#,
            "1:28: components.web.checks: the list of checks is empty"),
        .init(
            #"""
            components: {web: {checks: [{tcp: a:1}, {tcp: b:1}, {tcp: c:1, name: tcp}]}}
            """#,
            "1:41: components.web.checks[1]: a second check is called 'tcp'; give it a 'name:' of its own",
            "1:53: components.web.checks[2]: a second check is called 'tcp'; names are unique within a component"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1, interval: 5, timeout: 3x, recheck: -1s, startPeriod: "", slow: 1h}}}
            """#,
            "1:48: components.web.check.interval: '5' has no unit; write 5s, 5ms or 5m",
            "1:60: components.web.check.timeout: '3x' is not a duration; write it like 250ms, 10s, 5m, 1h30m "
                + "or 2d",
            "1:73: components.web.check.recheck: '-1s' is not a duration; write it like 250ms, 10s, 5m, 1h30m "
                + "or 2d",
            "1:91: components.web.check.startPeriod: '' is not a duration; write it like 250ms, 10s, 5m, 1h30m "
                + "or 2d"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1, interval: 1s, timeout: 2s, recheck: 2s, slow: 3s}}}
            """#,
            "1:61: components.web.check.timeout: 2s is longer than the interval (1s)",
            "1:74: components.web.check.recheck: 2s is longer than the interval (1s)"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1, interval: 10ms, timeout: 20s}}}
            """#,
            "1:48: components.web.check.interval: 10ms is out of range; expected 100ms to 30d"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1, failureThreshold: 0, recoveryThreshold: 2.5, interval: [1s], \#
            timeout: }}}
            """#,
            "1:56: components.web.check.failureThreshold: 0 is out of range; expected 1 to 1000",
            "1:78: components.web.check.recoveryThreshold: '2.5' is not a whole number from 1 to 1000",
            "1:93: components.web.check.interval: expected a duration such as 10s, found a list",
            "1:108: components.web.check.timeout: expected a duration such as 10s, found nothing"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1, breaker: {failures: 0, open: 1m, max: 30s, sucesses: 2}}}}
            """#,
            "1:58: components.web.check.breaker.failures: 0 is out of range; expected 1 to 1000",
            "1:76: components.web.check.breaker.max: 30s is less than 'open' (1m, hale.yaml:1)",
            "1:81: components.web.check.breaker: unknown key 'sucesses'; did you mean 'successes'?"),
        .init(
            #"""
            components: {web: {checks: [{tcp: a}, {tcp: "a:0", name: b}, {tcp: "::1:80", name: c}, {tcp: \#
            "[::1:80", name: d}, {tcp: "1.2.3.400:80", name: e}, {tcp: "a b:80", name: f}, {tcp: ":80", name: g}]}}
            """#,
            "1:35: components.web.checks[0].tcp: 'a' has no port; write it like 127.0.0.1:5432",
            "1:45: components.web.checks[1].tcp: '0' is not a port; expected 1 to 65535",
            "1:68: components.web.checks[2].tcp: '::1:80' is not host:port; write IPv6 addresses in brackets, "
                + "as [::1]:8080",
            "1:94: components.web.checks[3].tcp: '[' has no closing ']'",
            "1:121: components.web.checks[4].tcp: '1.2.3.400' is not a host name or IP address",
            "1:153: components.web.checks[5].tcp: 'a b' is not a host name or IP address",
            "1:179: components.web.checks[6].tcp: the host is missing"),
        .init(
            #"""
            components: {web: {checks: [{http: localhost, name: a}, {http: "ftp://a/", name: b}, {http: \#
            "http://u:p@a/", name: c}, {http: "http://a/#x", name: d}, {http: "http://a/b c", name: e}, {http: \#
            "http://a:99999/", name: f}, {http: "http:///x", name: g}, {http: "http://a/%zz", name: h}]}}
            """#,
            "1:36: components.web.checks[0].http: 'localhost' is not an address; write it like "
                + "http://127.0.0.1:8080/health",
            "1:64: components.web.checks[1].http: 'ftp' is not http or https",
            "1:93: components.web.checks[2].http: an address to check has no user or password; use headers: "
                + "{Authorization: …}",
            "1:127: components.web.checks[3].http: an address to check has no '#fragment'",
            "1:159: components.web.checks[4].http: the address contains spaces, control or non-ASCII "
                + "characters; write them percent-encoded, as %20",
            "1:192: components.web.checks[5].http: '99999' is not a port; expected 1 to 65535",
            "1:228: components.web.checks[6].http: the host is missing",
            "1:258: components.web.checks[7].http: '/%zz' is not a valid path; percent-encode special "
                + "characters, as %7B for {"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, method: get, redirects: 11, reuse: yes, verify: false, \#
            ca: roots.pem}}}
            """#,
            "1:53: components.web.check.method: 'get' is not one of GET, HEAD, POST, PUT, PATCH, DELETE, "
                + "OPTIONS; did you mean 'GET'?",
            "1:69: components.web.check.redirects: 11 is out of range; expected 0 to 10",
            "1:80: components.web.check.reuse: 'yes' is not true or false",
            "1:85: components.web.check: 'verify' is about certificates, and the address is not https",
            "1:100: components.web.check: 'ca' is about certificates, and the address is not https"),
        .init(
            #"""
            components: {web: {check: {http: https://a/, ca: roots.pem}}}
            """#,
            "1:50: components.web.check.ca: no such file: /srv/hale/roots.pem; expected a PEM file of trusted "
                + "roots"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, headers: {"A b": c, Host: "a\r\nX: y", Content-Length: 3, \#
            X: 1, x: 2}}}}
            """#,
            "1:55: components.web.check.headers: 'A b' is not the name of a header field",
            "1:71: components.web.check.headers.Host: a header field must not contain line breaks or control "
                + "characters",
            "1:84: components.web.check.headers: header field 'Content-Length' is set by the check itself",
            "1:109: components.web.check.headers: header field 'x' is given twice; case does not tell them apart"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, expect: [health]}}}
            """#,
            "1:53: components.web.check.expect: expected a mapping with 'status', 'body' or 'json', or 'health', "
                + "found a list"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, expect: {status: [99, 200-100, 2xx], body: /(/, json: \#
            {a..b: 1}}}}}
            """#,
            #"1:63: components.web.check.expect.status[0]: '99' is not a status; write 200, "200-299" or [200, "#
                + #""301-302"], within 100 to 599"#,
            #"1:67: components.web.check.expect.status[1]: '200-100' is not a status; write 200, "200-299" or "#
                + #"[200, "301-302"], within 100 to 599"#,
            #"1:76: components.web.check.expect.status[2]: '2xx' is not a status; write 200, "200-299" or [200, "#
                + #""301-302"], within 100 to 599"#,
            "1:88: components.web.check.expect.body: not a regular expression of ICU's syntax",
            "1:100: components.web.check.expect.json: 'a..b' is not a path; write it like data.items.0.name"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, method: HEAD, expect: {status: [], body: ok, json: {}}}}}
            """#,
            "1:76: components.web.check.expect.status: the list of status codes is empty",
            "1:80: components.web.check.expect: an answer to HEAD has no body",
            "1:90: components.web.check.expect: an answer to HEAD has no body",
            "1:96: components.web.check.expect.json: no path is given; write it like {status: ok}"),
        .init(
            #"""
            components: {web: {check: {tcp: a:1, expect: {status: 200}, send: [a], method: GET}}}
            """#,
            "1:46: components.web.check.expect: expected a text or /regular expression/, found a mapping",
            "1:67: components.web.check.send: expected a text, found a list",
            "1:72: components.web.check: unknown key 'method'; expected one of tcp, send, expect, name, "
                + "interval, timeout, recheck, failureThreshold, recoveryThreshold, startPeriod, slow, breaker"),
        .init(
            #"""
            components: {web: {check: {http: http://a/, body: "${EMPTY}", timeout: ${T:-5}}}}
            """#,
            "1:51: components.web.check.body: expected a text, found an empty one",
            "1:72: components.web.check.timeout: '5' has no unit; write 5s, 5ms or 5m"),
        .init(
            #"""
            components: {db: nginx, web: {check: {tcp: a:1, timeout: 9x, slow: 1h}, dependsOn: [db, dv]}}
            """#,
            "1:18: components.db: expected a mapping with 'check:', 'checks:', 'heartbeat:' or 'run:', found a single value",
            "1:58: components.web.check.timeout: '9x' is not a duration; write it like 250ms, 10s, 5m, 1h30m "
                + "or 2d",
            "1:89: components.web.dependsOn[1]: there is no component 'dv'; did you mean 'db'?"),
        .init(
            #"""
            components: {web: {check: {http: "http://[::g]:80/", headers: [a]}}}
            """#,
            "1:34: components.web.check.http: '::g' is not an IPv6 address",
            "1:63: components.web.check.headers: expected a mapping of header fields, found a list"),
    ]
}
