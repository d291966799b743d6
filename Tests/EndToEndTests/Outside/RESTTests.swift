import Foundation
import HaleModel
import Testing

/// The REST interface of the real daemon: everything that an operator's token can do over TCP.
@Suite struct RESTTests {
    private static let api = "/api/v1/healing/"

    /// A healthy service with a program, one that is down, and a token with every right.
    private func withDaemon(_ body: (Sandbox) async throws -> Void) async throws {
        try await Sandbox.withDaemon(configure) { sandbox, _, _ in
            try await sandbox.waitFor("good", "is healthy") { $0.state == .healthy }
            try await sandbox.waitFor("bad", "is down") { $0.state == .down }
            try await body(sandbox)
        }
    }

    private func configure(_ sandbox: Sandbox, _ port: LocalPort) throws {
        try sandbox.configureOperated(
            """
              good:
                labels: {team: web}
                startPeriod: 10s
                check: {tcp: "127.0.0.1:\(port.number)"}
                run: \(try sandbox.program("good", "echo first line\necho second line\n" + Programs.steady))
              bad: {layer: node, check: {tcp: "127.0.0.1:\(try LocalPort.free())"}}
            """)
    }

    private func ask(_ sandbox: Sandbox, _ method: String, _ path: String, _ body: String = "") async throws
        -> HTTPAnswer
    {
        try await sandbox.peer.request(
            method, Self.api + path, headers: ["Authorization": "Bearer \(Sandbox.operatorToken)"], body: body)
    }

    private func get<Document: Decodable>(_ sandbox: Sandbox, _ path: String) async throws -> Document {
        let answer = try await ask(sandbox, "GET", path)
        guard answer.status == 200 else { throw NotInTime(description: "\(path): \(answer.status) \(answer.text)") }
        return try answer.decode()
    }

    @Test func healthIsToldInShort() async throws {
        try await withDaemon { sandbox in
            let all: HealthDocument = try await get(sandbox, "health")
            #expect(all.details.components == 2 && all.details.healthy == 1 && all.details.critical == 1)
            #expect(all.issues.map(\.componentId) == ["bad"])
            #expect(all.message.contains("bad is down"))
            #expect(all.score != nil && all.scoreParts?.availability == 0.5)
            let one: HealthDocument = try await get(sandbox, "health?component=good")
            #expect(one.componentId == "good" && one.systemStatus == .healthy && one.successRate == 1)
            let list: ListDocument<HealthDocument> = try await get(sandbox, "health/components?limit=1")
            #expect(list.items.map(\.componentId) == ["bad"] && list.next == "bad")
            let labelled: ListDocument<ComponentDocument> = try await get(sandbox, "components?label=team:web")
            #expect(labelled.items.map(\.componentId) == ["good"])
            #expect(labelled.items[0].uptimeSeconds != nil)
            let stats: StatsDocument = try await get(sandbox, "component/good/stats")
            #expect(stats.checksTotal > 0 && stats.checks.map(\.name) == ["tcp"])
        }
    }

    @Test func whatRemediesCameToIsCounted() async throws {
        try await withDaemon { sandbox in
            #expect(try await ask(sandbox, "POST", "component/good/heal").status == 202)
            try await eventually("the heal has succeeded") {
                let stats: RecoveryStatsDocument = try await get(sandbox, "recovery/stats")
                return stats.overall.successfulRecoveries == 1 && stats.overall.successRate == 1
                    && stats.byComponent["good"]?.totalRecoveries == 1 && stats.byAction.count == 1
            }
            let recent: ListDocument<RecoveryDocument> = try await get(
                sandbox, "recovery/recent?count=5&component=good")
            #expect(recent.items.map(\.outcome) == [.succeeded])
            #expect(recent.items[0].manual && recent.items[0].durationMs != nil)
            let other: RecoveryStatsDocument = try await get(sandbox, "recovery/stats?component=bad")
            #expect(other.overall.totalRecoveries == 0 && other.overall.successRate == nil)
        }
    }

    @Test func logsSettingsAndBreakersAreShown() async throws {
        try await withDaemon { sandbox in
            try await eventually("its output is there") {
                let log: ListDocument<String> = try await get(sandbox, "component/good/logs?lines=2")
                return log.items == ["first line", "second line"]
            }
            #expect(try await ask(sandbox, "GET", "component/bad/logs").status == 404)
            #expect(try await ask(sandbox, "GET", "component/good/logs?lines=1&remedies=true&instance=0").status == 400)
            let settings: ListDocument<SettingDocument> = try await get(sandbox, "config")
            #expect(settings.items.contains { $0.path == "server.tokens[0].token" && $0.value == "(hidden)" })
            #expect(!(try await ask(sandbox, "GET", "config").text.contains(Sandbox.operatorToken)))
            let breakers: ListDocument<BreakerDocument> = try await get(sandbox, "circuit-breakers?component=bad")
            #expect(breakers.items.count == 1)
            #expect(try await ask(sandbox, "POST", "circuit-breakers/reset", "{\"component\": \"bad\"}").status == 202)
        }
    }

    @Test func monitoringStopsAndStaysStoppedAcrossARestart() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            try configure(sandbox, port)
            var hale = try await sandbox.start()
            #expect(try await ask(sandbox, "POST", "monitoring/stop").status == 202)
            #expect(try await ask(sandbox, "POST", "monitoring/stop").status == 409)
            hale.signal(SIGKILL)
            try await hale.end()
            hale = try await sandbox.start()
            let stopped: MonitoringDocument = try await get(sandbox, "monitoring/status")
            #expect(!stopped.running && stopped.stoppedAt != nil && stopped.components == 2)
            #expect(try await sandbox.cli("monitoring").text.contains("stopped since"))
            #expect(try await ask(sandbox, "POST", "component/bad/check").status == 409)
            #expect(try await sandbox.cli("monitoring", "start").code == 0)
            try await sandbox.waitFor("bad", "is checked again") { $0.state == .down }
            try await sandbox.finish(hale)
            withExtendedLifetime(port) {}
        }
    }

    @Test func peopleSayWhatHolds() async throws {
        try await withDaemon { sandbox in
            #expect(
                try await ask(sandbox, "POST", "silences", "{\"component\": \"bad\", \"for\": \"1h\"}").status == 202)
            try await eventually("the silence is listed") {
                let silences: ListDocument<SilenceDocument> = try await get(sandbox, "silences")
                return silences.items.map(\.componentId) == ["bad"]
            }
            #expect(try await ask(sandbox, "DELETE", "silences/bad").status == 202)
            #expect(try await ask(sandbox, "DELETE", "silences/bad").status == 409)
            #expect(try await ask(sandbox, "POST", "component/bad/maintenance", "{\"for\": \"2h\"}").status == 202)
            try await eventually("the maintenance is listed") {
                let list: ListDocument<MaintenanceDocument> = try await get(sandbox, "maintenance")
                return list.items.map(\.componentId) == ["bad"] && list.items[0].until != nil
            }
            #expect(try await ask(sandbox, "POST", "component/good/auto-heal", "{\"enabled\": false}").status == 202)
            try await sandbox.waitFor("good", "is healed by people alone") { $0.heal?.automatic == false }
            #expect(try await ask(sandbox, "POST", "component/bad/auto-heal", "{\"enabled\": true}").status == 409)
            let change = "{\"message\": \"deployed 1.2\", \"component\": \"good\", \"details\": {\"version\": \"1.2\"}}"
            #expect(try await ask(sandbox, "POST", "events", change).status == 202)
            let event = try await sandbox.waitForEvent("the change") { $0.kind == .change }
            #expect(event.message == "deployed 1.2" && event.details["version"] == "1.2" && event.componentId == "good")
        }
    }

    @Test func componentsComeAndGoWhileHaleRuns() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            try configure(sandbox, port)
            var hale = try await sandbox.start()
            let definition = """
                {"component_id": "cache", "layer": "endpoint", "labels": {"team": "web"}, "depends_on": ["good"],
                 "check": {"tcp": "127.0.0.1:\(port.number)", "interval": "300ms", "failure_threshold": 2},
                 "circuit_breaker_config": {"failure_threshold": 4, "recovery_timeout": 30, "success_threshold": 1}}
                """
            let made = try await ask(sandbox, "POST", "components/register", definition)
            #expect(made.status == 201 && made.headers["location"] == "/api/v1/healing/component/cache", "\(made.text)")
            try await sandbox.waitFor("cache", "is healthy") { $0.state == .healthy && $0.layer == .endpoint }
            #expect(try await ask(sandbox, "POST", "components/register", definition).status == 200, "the same again")

            let refused: [(String, Int, String)] = [
                ("{\"component_id\": \"x\", \"run\": [\"/bin/sh\"]}", 422, "run:"),
                ("{\"component_id\": \"x\", \"check\": {\"command\": [\"/bin/sh\"]}}", 422, "command:"),
                (
                    "{\"component_id\": \"x\", \"check\": {\"tcp\": \"a:1\"}, \"heal\": {\"command\": [\"x\"]}}", 422,
                    "heal"
                ),
                ("{\"component_id\": \"x\", \"check\": {\"tcp\": \"a:1\"}, \"hooks\": {}}", 422, "hooks"),
                (
                    "{\"component_id\": \"x\", \"labels\": {\"a\": {\"file\": \"/etc/passwd\"}}, \"heartbeat\": true}",
                    422, "file"
                ),
                ("{\"component_id\": \"x\"}", 422, "nothing to watch"),
                ("{\"component_id\": \"x\", \"check\": {\"tcp\": \"a:1\", \"intervall\": \"1s\"}}", 422, "interval"),
                ("{\"component_id\": \"x\", \"heartbeat\": true, \"depends_on\": [\"nobody\"]}", 422, "nobody"),
                ("{\"component_id\": \"good\", \"heartbeat\": true}", 409, "wins"),
                ("{\"component_id\": \"no body\", \"heartbeat\": true}", 400, "component id"),
                ("[1]", 400, "object"), ("{", 400, "object"),
            ]
            for (body, status, word) in refused {
                let answer = try await ask(sandbox, "POST", "components/register", body)
                #expect(
                    answer.status == status && answer.text.contains(word), "\(body): \(answer.status) \(answer.text)")
            }
            // What looks like a variable is the characters themselves.
            let literal =
                "{\"component_id\": \"literal\", \"heartbeat\": true, \"labels\": {\"home\": \"${HOME}\"}}"
            #expect(try await ask(sandbox, "POST", "components/register", literal).status == 201)
            #expect(try await sandbox.component("literal").labels == ["home": "${HOME}"])

            hale.signal(SIGKILL)
            try await hale.end()
            hale = try await sandbox.start()
            try await sandbox.waitFor("cache", "is there after a restart") { $0.state == .healthy }
            // The file wins.
            try sandbox.write("hale.d/cache.yaml", "components: {cache: {heartbeat: true, layer: node}}")
            #expect(try await ask(sandbox, "POST", "config/reload").status == 200)
            #expect(try await sandbox.component("cache").layer == .node)
            #expect(try await ask(sandbox, "DELETE", "component/cache").status == 409)
            #expect(try await ask(sandbox, "DELETE", "component/literal").status == 200)
            #expect(try await ask(sandbox, "GET", "component/literal").status == 404)
            #expect(try await ask(sandbox, "DELETE", "component/literal").status == 404)
            try await sandbox.finish(hale)
            withExtendedLifetime(port) {}
        }
    }

    @Test func otherMethodsAreToldWhatIsPossible() async throws {
        try await withDaemon { sandbox in
            let answer = try await ask(sandbox, "PUT", "component/good")
            #expect(answer.status == 405 && answer.headers["allow"] == "DELETE, GET, HEAD", "\(answer.headers)")
            #expect(try await ask(sandbox, "HEAD", "components").status == 200)
        }
    }
}
