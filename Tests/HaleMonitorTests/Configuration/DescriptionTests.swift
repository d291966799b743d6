import HaleModel
import HaleMonitor
import Testing

/// Every value in force, with its origin.
@Suite struct DescriptionTests {
    private let yaml = """
        defaults: {interval: 20s}
        components:
          web:
            check:
              http: http://localhost/
              headers: {Authorization: Bearer x, Accept: "*/*"}
              body: a ${MY_TOKEN}
              failureThreshold: 4
            run: [./web, --key, "${MY_TOKEN}", yes]
        """

    private func lines() throws -> [String] {
        try load(yaml, environment: ["MY_TOKEN": "t0p", "HEALTH_CHECK_TIMEOUT": "2"]).effective.lines
            .map { $0.replacing(#/ +# /#, with: "  # ") }
    }

    @Test(arguments: [
        "server.bind: 127.0.0.1:8790  # default",
        "data: /srv/hale/hale-data  # default",
        "defaults.interval: 20s  # hale.yaml:1",
        "components.web.check.interval: 20s  # hale.yaml:1",
        "components.web.check.timeout: 2s  # environment HEALTH_CHECK_TIMEOUT",
        "components.web.check.recheck: 10s  # default",
        "components.web.check.failureThreshold: 4  # hale.yaml:8",
        "components.web.check.headers.Authorization: \"(hidden)\"  # hale.yaml:6",
        "components.web.check.headers.Accept: \"*/*\"  # hale.yaml:6",
        "components.web.check.body: \"(hidden)\"  # hale.yaml:7",
        "components.web.check.expect.status: [200-299]  # default",
        "components.web.run.command: [/srv/hale/web, --key, \"(hidden)\", \"yes\"]  # hale.yaml:9",
        "components.web.run.stopSignal: TERM  # default",
        "components.web.heal.limit: none  # default",
        "components.web.heal.backoff.jitter: 0.16  # default",
    ])
    func holds(_ line: String) throws {
        #expect(try lines().contains(line))
    }

    @Test func noSecretIsShown() throws {
        #expect(try !lines().contains { $0.contains("t0p") || $0.contains("Bearer") })
    }

    @Test func asJSON() throws {
        let loaded = try load("components: {web: {check: {tcp: a:1}, vital: true}}")
        guard case .array(let entries) = loaded.effective.json else {
            Issue.record("not a list")
            return
        }
        #expect(entries.contains(["path": "components.web.vital", "value": true, "origin": "hale.yaml:1"]))
        #expect(entries.count == loaded.effective.entries.count)
    }

    @Test func noPathIsNamedTwice() throws {
        let paths = try load(fullExample).effective.entries.map(\.path)
        #expect(Set(paths).count == paths.count)
    }
}
