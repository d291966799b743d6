import HaleModel
import HaleMonitor
import Testing

/// Checks by command, process, DNS and TLS: what is read, and what is said of what is wrong.
@Suite struct CheckKindTests {
    private func probe(_ check: String) throws -> CheckPlan.Probe? {
        try load("components: {web: {check: \(check)}}").checks.first?.probe
    }

    @Test func commands() throws {
        #expect(
            try probe(#"{command: [check_disk, -w, "10%", -p, /]}"#)
                == .command(CommandCheckPlan(command: ["check_disk", "-w", "10%", "-p", "/"], directory: "/srv/hale")))
        #expect(
            try probe(#"{command: [./plugin, ""], directory: sub, env: {MODE: fast, TOKEN: x}}"#)
                == .command(
                    CommandCheckPlan(
                        command: ["/srv/hale/sub/plugin", ""], directory: "/srv/hale/sub",
                        environment: ["MODE": "fast", "TOKEN": "x"])))
    }

    @Test func processes() throws {
        #expect(try probe("{process: nginx}") == .process(ProcessCheckPlan(subject: .name("nginx"))))
        #expect(
            try probe("{process: {pidFile: run/a.pid}, count: 2-8, memory: 2GiB, cpu: 150%}")
                == .process(
                    ProcessCheckPlan(
                        subject: .pidFile("/srv/hale/run/a.pid", name: nil), count: 2...8, maxMemoryBytes: 2 << 30,
                        maxCPUPercent: 150)))
        #expect(
            try probe("{process: {pidFile: /run/a.pid, name: a b}, count: 0}")
                == .process(ProcessCheckPlan(subject: .pidFile("/run/a.pid", name: "a b"), count: 0...0)))
        #expect(
            try probe("{process: nginx, count: 2-}")
                == .process(ProcessCheckPlan(subject: .name("nginx"), count: 2...Int.max)))
    }

    @Test func names() throws {
        #expect(try probe("{dns: example.org}") == .dns(DNSCheckPlan(name: "example.org")))
        #expect(
            try probe("{dns: example.org., server: 192.0.2.53, type: A, expect: 192.0.2.1}")
                == .dns(
                    DNSCheckPlan(
                        name: "example.org.", records: .v4, server: Endpoint(host: "192.0.2.53", port: 53),
                        expect: ["192.0.2.1"])))
        #expect(
            try probe(#"{dns: a, server: "[::1]:5353", expect: [192.0.2.1, "2001:db8::1"]}"#)
                == .dns(
                    DNSCheckPlan(
                        name: "a", server: Endpoint(host: "::1", port: 5_353), expect: ["192.0.2.1", "2001:db8::1"])))
        #expect(
            try probe(#"{dns: a, server: "::1"}"#)
                == .dns(DNSCheckPlan(name: "a", server: Endpoint(host: "::1", port: 53))))
    }

    @Test func certificates() throws {
        let endpoint = Endpoint(host: "example.org", port: 8_443)
        #expect(try probe("{tls: 'example.org:8443'}") == .tls(TLSCheckPlan(endpoint: endpoint)))
        #expect(
            try probe("{tls: 'example.org:8443', serverName: a.example.org, expires: off, verify: false}")
                == .tls(
                    TLSCheckPlan(
                        endpoint: endpoint, serverName: "a.example.org", expires: nil, verifiesCertificate: false)))
        #expect(
            try probe("{tls: example.org, expires: 30d}")
                == .tls(TLSCheckPlan(endpoint: Endpoint(host: "example.org", port: 443), expires: .days(30))))
    }

    @Test func ofHTTPChecks() throws {
        let plain = try load("components: {web: {check: {http: 'https://a/', expect: health}}}")
        let plan = try #require(httpPlan(of: plain))
        #expect(plan.readsHealth)
        #expect(plan.certificateExpires == nil)
        let warned = try load("components: {web: {check: {http: 'https://a/', certificate: {expires: 14d}}}}")
        #expect(try #require(httpPlan(of: warned)).certificateExpires == .days(14))
        #expect(try #require(httpPlan(of: warned)).readsHealth == false)
    }

    @Test(arguments: [
        ("{command: [a], env: {MODE: x, API_KEY: y}}", "check.env.API_KEY: \"(hidden)\"  # hale.yaml:1"),
        ("{command: [a], env: {MODE: x, API_KEY: y}}", "check.env.MODE: x  # hale.yaml:1"),
        ("{command: [a, -b]}", "check.command: [a, -b]  # hale.yaml:1"),
        ("{command: [a]}", "check.directory: /srv/hale  # default"),
        ("{process: nginx}", "check.process: nginx  # hale.yaml:1"),
        ("{process: nginx}", "check.count: 1-  # default"),
        ("{process: {pidFile: /run/a}, cpu: 80%}", "check.process.pidFile: /run/a  # hale.yaml:1"),
        ("{process: {pidFile: /run/a}, cpu: 80%}", "check.cpu: 80%  # hale.yaml:1"),
        ("{dns: a, server: 1.2.3.4}", "check.server: 1.2.3.4:53  # hale.yaml:1"),
        ("{dns: a}", "check.type: both  # default"),
        ("{dns: a, expect: [1.2.3.4]}", "check.expect[0]: 1.2.3.4  # hale.yaml:1"),
        ("{tls: a}", "check.expires: 14d  # default"),
        ("{tls: a, expires: off}", "check.expires: \"off\"  # hale.yaml:1"),
        ("{http: 'https://a/'}", "check.certificate.expires: \"off\"  # default"),
        ("{http: 'https://a/', expect: health}", "check.expect: health  # hale.yaml:1"),
    ]) func areDescribed(_ check: String, _ line: String) throws {
        let lines = try load("components: {web: {check: \(check)}}").effective.lines
            .map { $0.replacing(#/ +# /#, with: "  # ") }
        #expect(lines.contains("components.web.\(line)"), "\(lines)")
        let paths = try load("components: {web: {check: \(check)}}").effective.entries.map(\.path)
        #expect(Set(paths).count == paths.count)
    }

    @Test(arguments: Self.mistakes)
    func mistakesAreToldWithTheirPlace(_ example: ErrorExample) {
        #expect(outcome(of: example.yaml) == example.problems)
    }

    static let mistakes: [ErrorExample] = [
        .init(
            "components: {web: {check: {command: check_disk -w 10%}}}",
            "1:37: components.web.check.command: a command is an argument vector, never a shell string; write "
                + "[check_disk, -w, 10%]"),
        .init(
            "components: {web: {check: {comand: [a]}}}",
            "1:28: components.web.check: unknown kind of check 'comand'; did you mean 'command'?"),
        .init(
            "components: {web: {check: {command: [], enviroment: {}}}}",
            "1:37: components.web.check.command: the command is empty; write it like [./program, --option, value]",
            "1:41: components.web.check: unknown key 'enviroment'; expected one of command, directory, env, name, "
                + "interval, timeout, recheck, failureThreshold, recoveryThreshold, startPeriod, slow, breaker"),
        .init(
            "components: {web: {check: {process: /usr/sbin/nginx, count: 5-2, memory: 10, cpu: 80}}}",
            "1:37: components.web.check.process: '/usr/sbin/nginx' is a path; write the name alone, as nginx",
            "1:61: components.web.check.count: '5-2' is not a count; write 3, 2-8, or 2- for two or more, within 0 "
                + "to 1000000",
            "1:74: components.web.check.memory: '10' has no unit; write 10B, 10KiB or 10MiB",
            "1:83: components.web.check.cpu: '80' has no unit; write 80%"),
        .init(
            "components: {web: {check: {process: {pidfile: /run/a}}}}",
            "1:38: components.web.check.process: unknown key 'pidfile'; did you mean 'pidFile'?"),
        .init(
            "components: {web: {check: {process: {name: nginx}}}}",
            "1:37: components.web.check.process: a name alone needs no mapping; write process: nginx"),
        .init(
            "components: {web: {check: {process: [nginx]}}}",
            "1:37: components.web.check.process: expected the name of a process, found a list"),
        .init(
            "components: {web: {check: {process: a, cpu: 0%}}}",
            "1:45: components.web.check.cpu: 0% is out of range; expected 1% to 100000%"),
        .init(
            "components: {web: {check: {dns: 192.0.2.1, server: a b, type: MX, expect: [example.org]}}}",
            "1:33: components.web.check.dns: '192.0.2.1' is an address; expected a host name",
            "1:52: components.web.check.server: 'a b' is not a host name or IP address",
            "1:63: components.web.check.type: 'MX' is not one of A, AAAA, both",
            "1:76: components.web.check.expect[0]: 'example.org' is not an IP address; write it like 192.0.2.1 or "
                + "2001:db8::1"),
        .init(
            "components: {web: {check: {dns: a, type: AAAA, expect: 192.0.2.1}}}",
            "1:56: components.web.check.expect: '192.0.2.1' is never in a record of type AAAA"),
        .init(
            "components: {web: {check: {dns: a..b, expect: []}}}",
            "1:33: components.web.check.dns: 'a..b' is not a host name; write it like example.org",
            "1:47: components.web.check.expect: the list of addresses is empty"),
        .init(
            "components: {web: {check: {tls: 'a:0', serverName: 1.2.3.4, expires: 5m}}}",
            "1:33: components.web.check.tls: '0' is not a port; expected 1 to 65535",
            "1:52: components.web.check.serverName: '1.2.3.4' is an address; expected a host name",
            "1:70: components.web.check.expires: 5m is out of range; expected 1h to 3650d; or 'off'"),
        .init(
            "components: {web: {check: {http: 'http://a/', certificate: {expires: 14d}}}}",
            "1:47: components.web.check: 'certificate' is about certificates, and the address is not https"),
        .init(
            "components: {web: {check: {http: 'https://a/', certificate: {expire: 14d}}}}",
            "1:62: components.web.check.certificate: unknown key 'expire'; did you mean 'expires'?"),
        .init(
            "components: {web: {check: {http: 'http://a/', expect: helth}}}",
            "1:55: components.web.check.expect: 'helth' is not 'health'; did you mean 'health'?"),
        .init(
            "components: {web: {check: {http: 'http://a/', method: HEAD, expect: health}}}",
            "1:61: components.web.check: an answer to HEAD has no body"),
        .init(
            "components: {web: {check: {process: a, dns: b}}}",
            "1:40: components.web.check: one check is of one kind, found 'process' and 'dns'"),
    ]
}
