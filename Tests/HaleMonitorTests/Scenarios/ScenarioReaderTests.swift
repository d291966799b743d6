import Foundation
import HaleEngine
import HaleModel
import HaleMonitor
import HaleSimulator
import Testing

/// Scenario files: what they say, and everything that is wrong with them.
@Suite struct ScenarioReaderTests {
    /// A scenario about `api`, a program with a heartbeat, and `database`, a service.
    static let configuration = """
        configuration:
          components:
            api: {run: [./api], heartbeat: {late: 30s}, dependsOn: database}
            database: {check: {tcp: "127.0.0.1:5432"}}

        """

    static func load(_ text: String, _ configuration: HaleConfiguration? = nil) throws(ConfigurationErrors)
        -> LoadedScenario
    {
        try ScenarioLoader.load(
            text: text, file: "/srv/outage.yaml", named: "outage.yaml", environment: [:], configuration: configuration)
    }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try Self.load(text)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func whatIsNotSaidIsAsInTheRealWorld() throws {
        let loaded = try Self.load(Self.configuration)
        #expect(loaded.title == "outage")
        #expect(loaded.duration == .hours(1))
        #expect(loaded.scenario.faults.isEmpty)
        let api = loaded.scenario.components[0]
        #expect(api.needsDependencies)
        #expect(api.beatEvery == .seconds(10))
        #expect(loaded.scenario.components[1].beatEvery == nil)
    }

    @Test func behavioursApplyInTheirOrder() throws {
        let loaded = try Self.load(
            Self.configuration + """
                components:
                  "*": {starts: 2s, latency: {median: 10ms, p99: 50ms}, heartbeat: {lost: 10%}}
                  "a*": {starts: 9s, failures: {every: 6h, for: 10m, kind: hang}, absent: false}
                  api: {absent: True}
                  database: {latency: 5ms, remedy: {takes: 7s, reports: 80%, helps: 50%}}
                """)
        let (api, database) = (loaded.scenario.components[0], loaded.scenario.components[1])
        #expect(api.warmUp == .seconds(9))
        #expect(api.latency == Latency(median: .milliseconds(10), p99: .milliseconds(50)))
        #expect(api.beatsLost == 0.1)
        #expect(api.failures == FailureModel(every: .hours(6), lasting: .minutes(10), kind: .hang))
        #expect(database.warmUp == .seconds(2))
        #expect(database.latency == Latency(median: .milliseconds(5), p99: .milliseconds(20)))
        #expect(database.remedyTakes == .seconds(7))
        #expect(database.remedyReports == 0.8)
        #expect(database.remedyHelps == 0.5)
        #expect(loaded.scenario.absentAtFirst == [0])
        let present = try Self.load(Self.configuration + "components: {api: {absent: true}, \"*\": {absent: false}}")
        #expect(present.scenario.absentAtFirst.isEmpty)
    }

    @Test func aFaultThatComesOftenEndsWithTheLongestScenario() throws {
        let loaded = try Self.load(Self.configuration + "faults: [{every: 366d, times: 1000000, crash: api}]")
        #expect(loaded.scenario.faults.map(\.until) == [.days(366)])
    }

    @Test func faultsStrikeWhenAndWhomTheySay() throws {
        let loaded = try Self.load(
            Self.configuration + """
                for: 2d
                faults:
                  - {at: 10m, crash: api, signal: 11}
                  - {every: 1m, killHale: 2s, point: afterCommit, whenHealing: true}
                  - {at: 1h, every: 10m, times: 3, slow: "*", latency: 450ms, for: 30s}
                  - {at: 1h, every: 10m, until: 2h, stepClock: -30m}
                """)
        #expect(loaded.duration == .days(2))
        let said = loaded.scenario.faults.map { planned in
            let (every, until) = (planned.every?.description ?? "-", planned.until?.description ?? "-")
            return "\(planned.at) \(every) \(until) \(planned.fault)"
        }
        #expect(
            said == [
                "10m - - crash(component: 0, instance: 0, HaleModel.ProcessExit.Reason.signal(11))",
                "1m 1m - killHale(at: HaleSimulator.CrashPoint.afterCommit, whenHealing: true, downFor: 2s)",
                "1h 10m 1h20m slow(component: 0, latency: Optional(450ms), for: 30s)",
                "1h 10m 1h20m slow(component: 1, latency: Optional(450ms), for: 30s)",
                "1h 10m 2h wallStep(-30m)",
            ])
    }

    /// A scenario and all that is said of it; `%` stands for the configuration, five lines long.
    struct Mistaken: CustomTestStringConvertible, Sendable {
        var yaml: String
        var problems: [String]

        init(_ yaml: String, _ problems: String...) {
            self.yaml = yaml.hasPrefix("%") ? ScenarioReaderTests.configuration + yaml.dropFirst() : yaml
            self.problems = problems.map { "outage.yaml:\($0)" }
        }

        var testDescription: String { String(yaml.suffix(60)) }
    }

    static let mistakes: [Mistaken] = [
        Mistaken("", "1:1: the file is empty; expected 'faults:' or 'components:'"),
        Mistaken(
            "faults: []",
            "1:1: there is nothing to simulate: 'configuration:' is missing; put one into the scenario, or name a file by --config"
        ),
        Mistaken("%fault: []", "5:1: unknown key 'fault'; did you mean 'faults'?"),
        Mistaken("%for: 10", "5:6: for: '10' has no unit; write 10s, 10ms or 10m"),
        Mistaken(
            "%components: {apo: {}, \"x*\": {}, api: {strats: 1s, latency: {median: 2s, p99: 1s}}}",
            "5:14: components: there is no component 'apo'; did you mean 'api'?",
            "5:23: components: no component is called like 'x*'",
            "5:39: components.api: unknown key 'strats'; did you mean 'starts'?",
            "5:78: components.api.latency.p99: 1s is less than 'median' (2s, outage.yaml:5)"),
        Mistaken(
            "%components: {database: {heartbeat: {every: 5s}, failures: {for: 1m}, leak: {start: 5, limit: 4, perMinute: 1}}}",
            "5:36: components.database.heartbeat: 'database' sends no heartbeat; give it 'heartbeat:' in the configuration",
            "5:59: components.database.failures: 'every' is missing; write it like {every: 6h, for: 10m}",
            "5:87: components.database.leak: 'limit' is not more than 'start'"),
        Mistaken(
            """
            %faults:
              - {crash: api}
              - {at: 1m, crahs: api}
              - {at: 1m, crash: database}
              - {at: 1m, fail: api, for: 1m}
              - {at: 1m, crash: api, hang: api}
              - {at: 1m, until: 2m, hang: api}
              - {at: 1m, crashLoop: apis}
              - {at: 5m, every: 1m, until: 2m, killHale: soon}
              - {at: 1m, order: heel, component: api}
              - {at: 1m, order: heal}
              - hang
            """,
            "6:5: faults[0]: it is not said when; give it 'at: 10m', or 'every: 10m'",
            "7:14: faults[1]: unknown kind of fault 'crahs'; did you mean 'crash'?",
            "8:21: faults[2].crash: 'database' has no program that Hale runs; use 'fail'",
            "9:20: faults[3].fail: 'api' is a program that Hale runs; use 'crash', 'crashLoop' or 'hang'",
            "10:26: faults[4]: one fault is of one kind, found 'crash' and 'hang'",
            "11:14: faults[5]: 'until' belongs to 'every'",
            "12:5: faults[6]: 'for' is missing; say how long, such as for: 10m",
            "12:25: faults[6].crashLoop: there is no component 'apis'; did you mean 'api'?",
            "13:25: faults[7]: 'until' is before 'at' (5m)",
            "13:46: faults[7].killHale: 'soon' is not a duration; write it like 250ms, 10s, 5m, 1h30m or 2d",
            "14:21: faults[8].order: 'heel' is not one of check, heal, start, stop, explain, pause, maintenance, resume, reset, resetBreaker, acknowledge, silence, endSilence, autoHeal, monitoring, note, shutdown; did you mean 'heal'?",
            "15:5: faults[9]: 'component' is missing; say whom the order is about",
            "16:5: faults[10]: expected a fault, found a single value; write it like {at: 10m, crash: api}"),
        Mistaken(
            """
            %components: {database: {absent: true}}
            faults:
              - {at: 1m, unconfigure: database}
              - {at: 1m, crash: [api, database]}
              - {at: 1m, crash: api, instance: 1}
              - {at: 1m, loseBeats: database, for: 1m}
              - {at: 1m, order: heal, component: "*"}
              - {at: 1m, order: heal, component: api, for: 10m, check: x}
              - {at: 1m, killHale: 2s, whenHealing: true}
            """,
            "5:24: components.database: 'database' can't be left out: 'api' depends on it",
            "7:27: faults[0].unconfigure: 'database' can't be left out: 'api' depends on it",
            "8:21: faults[1].crash: 'database' has no program that Hale runs; use 'fail'",
            "9:36: faults[2].instance: 'api' has one instance, 0",
            "10:25: faults[3].loseBeats: 'database' sends no heartbeat",
            "11:27: faults[4]: an order is about one component, found 2",
            "12:43: faults[5]: 'for' means nothing to 'heal'",
            "12:53: faults[5]: 'check' means nothing to 'heal'",
            "13:28: faults[6]: 'whenHealing' needs a 'point' other than idle"),
        Mistaken(
            "configuration: {components: {api: {run: [./api], chekc: 1}}}",
            "1:50: configuration.components.api: unknown key 'chekc'; did you mean 'check'?"),
    ]

    @Test(arguments: mistakes)
    func mistakesAreToldWithTheirPlaces(_ mistaken: Mistaken) {
        #expect(problems(mistaken.yaml) == mistaken.problems)
    }

    @Test func theScenarioInTheDocumentsIsOne() throws {
        let file = DocumentationTests.root.appendingPathComponent("docs/simulate.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let block = try #require(text.components(separatedBy: "```yaml\n").dropFirst().first)
        let scenario = String(block.prefix(upTo: try #require(block.range(of: "```")).lowerBound))
        let loaded = try Self.load(Self.configuration + scenario)
        #expect(loaded.scenario.faults.count == 2)
    }

    @Test func anotherConfigurationTakesThePlaceOfItsOwn() throws {
        let other = try ConfigurationLoader.load(
            text: "components: {api: {heartbeat: true}}", file: "/srv/hale.yaml", environment: [:])
        let loaded = try Self.load(Self.configuration + "faults: [{at: 1m, loseBeats: \"*\", for: 1m}]", other)
        #expect(loaded.scenario.components.map(\.policy.id) == ["api"])
        #expect(loaded.scenario.faults.count == 1)
        #expect(throws: ConfigurationErrors.self) {
            try Self.load(Self.configuration + "faults: [{at: 1m, fail: database}]", other)
        }
    }

    @Test(arguments: [
        ("a*", "abc", true), ("*c", "abc", true), ("a*c*", "abcd", true), ("*", "", true), ("a*d", "abc", false),
        ("*b*b", "abab", true), ("a", "ab", false),
    ])
    func patterns(pattern: String, text: String, fits: Bool) {
        #expect(TargetReader.matches(text, pattern) == fits)
    }
}
