import Foundation
import HaleModel
import Testing

/// What Prometheus makes of `/metrics`, asked of Prometheus itself.
@Suite struct MetricsTests {
    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/prometheus")

    private func withDaemon(_ body: (Sandbox) async throws -> Void) async throws {
        try await Sandbox.withDaemon { sandbox, port in
            try sandbox.configure(
                """
                  web: {check: {tcp: "127.0.0.1:\(port.number)"}, run: \(try sandbox.program("web", Programs.steady))}
                  bad:
                    check: {tcp: "127.0.0.1:\(try LocalPort.free())"}
                    heal: {command: [/bin/true], limit: 1/h}
                    heartbeat: true
                """)
        } _: { sandbox, _, _ in
            try await sandbox.waitFor("web", "is healthy") { $0.state == .healthy }
            try await sandbox.waitForEvent("an attempt has failed") { $0.kind == .healFailed }
            try await body(sandbox)
        }
    }

    private func promtool(_ sandbox: Sandbox, _ arguments: [String]) async throws -> Sandbox.Output {
        let child = try Child(
            "/usr/bin/promtool", arguments, environment: sandbox.environment(), directory: sandbox.directory,
            output: sandbox.directory.appendingPathComponent("promtool-\(UUID().uuidString)"))
        guard case .code(let code) = try await child.end() else { throw NotInTime(description: "promtool was killed") }
        return .init(code: code, text: child.text)
    }

    @Test func whatIsRemovedStaysInTheSumOfAll() async throws {
        try await Sandbox.withDaemon { sandbox, port in
            try sandbox.configure(
                """
                  web: {check: {tcp: "127.0.0.1:\(port.number)"}}
                  old: {check: {tcp: "127.0.0.1:\(port.number)"}}
                """)
        } _: { sandbox, _, port in
            func counted() async throws -> Double {
                let text = try await sandbox.peer.request("GET", "/metrics").text
                let name = "hale_check_duration_seconds_count{kind=\"tcp\"} "
                let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name) })
                return try #require(Double(line.dropFirst(name.count)))
            }
            try await eventually("there are many runs") { try await counted() > 20 }
            try sandbox.configure("  web: {check: {tcp: \"127.0.0.1:\(port.number)\"}}")
            let before = try await counted()
            #expect(try await sandbox.cli("reload").code == 0)
            try await eventually("it is gone") { try await sandbox.status().components.count == 1 }
            let after = try await counted()
            #expect(after >= before)
        }
    }

    @Test func promtoolHasNothingToSay() async throws {
        try await withDaemon { sandbox in
            let answer = try await sandbox.peer.request("GET", "/metrics")
            #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            try sandbox.write("metrics", answer.text)
            let child = try Child(
                "/bin/sh", ["-c", "promtool check metrics < metrics"], environment: sandbox.environment(),
                directory: sandbox.directory, output: sandbox.directory.appendingPathComponent("checked"))
            #expect(try await child.end() == .code(0))
            #expect(child.text == "", "\(child.text)")
            for name in [
                "hale_component_state{component=\"web\",layer=\"daemon\",state=\"healthy\"} 1",
                "hale_check_duration_seconds_bucket{kind=\"tcp\",le=\"+Inf\"}",
                "hale_events_total{kind=\"state_changed\"}",
                "hale_heal_attempts_total{component=\"bad\",remedy=\"command /bin/true\",outcome=\"failed\"} 1",
                "hale_heartbeats_total{component=\"bad\"} 0", "process_resident_memory_bytes ",
            ] {
                #expect(answer.text.contains(name), "\(name)")
            }
            let open = try await sandbox.peer.request(
                "GET", "/metrics", headers: ["Accept": "application/openmetrics-text; version=1.0.0,text/plain;q=0.5"])
            #expect(open.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            #expect(open.text.hasSuffix("\n# EOF\n") && open.text.contains("# TYPE hale_events counter\n"))
        }
    }

    @Test func theAlertRulesDoWhatTheySay() async throws {
        try await Sandbox.use { sandbox in
            for arguments in [["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]] {
                let path = Self.examples.appendingPathComponent(arguments[2]).path
                let result = try await promtool(sandbox, [arguments[0], arguments[1], path])
                #expect(result.code == 0, "\(result)")
            }
        }
    }

    /// Every query of the dashboard is answered by a Prometheus that scrapes the real daemon.
    @Test func prometheusScrapesAndTheDashboardHasSomethingToShow() async throws {
        try await withDaemon { sandbox in
            let port = try LocalPort.free()
            try sandbox.write(
                "prometheus.yml",
                """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["\(Self.examples.path)/alerts.yml"]
                scrape_configs: [{job_name: hale, static_configs: [{targets: ["127.0.0.1:\(sandbox.port)"]}]}]

                """)
            let prometheus = try Child(
                "/usr/bin/prometheus",
                [
                    "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
                    "--web.listen-address=127.0.0.1:\(port)",
                    "--log.level=warn",
                ], environment: sandbox.environment(), directory: sandbox.directory,
                output: sandbox.directory.appendingPathComponent("prometheus.log"))
            func query(_ text: String) async throws -> Answer {
                let allowed = CharacterSet.alphanumerics
                let words = text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
                let answer = try await HTTPPeer.port(port).request("GET", "/api/v1/query?query=\(words)")
                return try JSONDecoder().decode(Answer.self, from: answer.body)
            }
            do {
                try await eventually("Prometheus knows that web is healthy") {
                    try await query("hale_component_state{component=\"web\",state=\"healthy\"} == 1").data.result.count
                        == 1
                }
                #expect(try await query("up{job=\"hale\"} == 1").data.result.count == 1)
                let file = Self.examples.appendingPathComponent("grafana-dashboard.json")
                let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(contentsOf: file))
                #expect(dashboard.panels.count > 10)
                for target in dashboard.panels.flatMap(\.targets) {
                    let text = target.expr.replacing("$instance", with: ".*")
                    try await eventually("an answer to \(text)") {
                        let answer = try await query(text)
                        return answer.status == "success" && !answer.data.result.isEmpty
                    }
                }
            } catch {
                Issue.record(error, "\(prometheus.text)")
            }
            prometheus.signal(SIGTERM)
            try await prometheus.end()
        }
    }

    private struct Answer: Decodable {
        struct Body: Decodable {
            var result: [Item]
        }
        struct Item: Decodable {}
        var status: String
        var data: Body
    }

    private struct Dashboard: Decodable {
        struct Panel: Decodable {
            var targets: [Target]
        }
        struct Target: Decodable {
            var expr: String
        }
        var panels: [Panel]
    }
}
