import HaleEngine
import HaleModel
import HaleMonitor
import HaleSimulator
import Testing

/// What the shrinker writes down is read back as the same.
@Suite struct ScenarioTextTests {
    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func aRandomScenarioSurvivesItsFile(seed: UInt64) throws {
        let scenario = ScenarioGenerator.scenario(seed: seed, duration: .hours(2))
        let text = ScenarioText(scenario, duration: .hours(2)).text
        let loaded = try ScenarioReaderTests.load(text)
        #expect(loaded.duration == .hours(2))
        #expect(loaded.scenario.components == scenario.components)
        #expect(loaded.scenario.faults == scenario.faults)
        #expect(loaded.scenario == scenario)
    }

    /// What no random scenario has: faults again and again, failures by themselves, leaks, cut ways, fixed latencies.
    @Test(arguments: ScenarioLibraryTests.expectations.map(\.file))
    func aFileOfTheLibrarySurvivesBeingWritten(file: String) throws {
        let path = "\(ScenarioLibraryTests.directory)/\(file).yaml"
        let loaded = try ScenarioLoader.load(path: path, environment: [:], configuration: nil)
        let again = try ScenarioReaderTests.load(ScenarioText(loaded.scenario, duration: loaded.duration).text)
        #expect(again.duration == loaded.duration)
        #expect(again.scenario.components.map(\.failures) == loaded.scenario.components.map(\.failures))
        #expect(again.scenario.components.map(\.leak) == loaded.scenario.components.map(\.leak))
        #expect(again.scenario.faults == loaded.scenario.faults)
        #expect(again.scenario.components.map(\.latency) == loaded.scenario.components.map(\.latency))
    }

    /// Every fault that a file can tell of, with all that it can say.
    @Test func everyFaultSurvivesItsFile() throws {
        let drawn = (1...20).lazy.map { ScenarioGenerator.scenario(seed: $0, duration: .hours(1)) }
            .first { $0.components.contains { $0.policy.program == nil && $0.policy.heartbeat != nil } }
        var scenario = try #require(drawn)
        let fails = try #require(
            scenario.components.firstIndex { $0.policy.program == nil && $0.policy.heartbeat != nil })
        scenario.components[fails].failures = FailureModel(every: .hours(6), lasting: .minutes(10), kind: .hang)
        scenario.components[fails].leak = LeakModel(metric: "memory_mb", atStart: 20, perMinute: 1.5, limit: 100)
        scenario.faults = [
            PlannedFault(.minutes(1), .slow(component: fails, latency: .milliseconds(450), for: .seconds(90))),
            PlannedFault(.minutes(2), .serviceFails(component: fails, for: .longest)),
            PlannedFault(.minutes(3), .lostBeats(component: fails, share: 0.25, for: .minutes(2))),
            PlannedFault(.minutes(4), .cutOff(component: fails, for: .seconds(25)), every: .minutes(5)),
            PlannedFault(.minutes(5), .networkLost(for: .seconds(45)), every: .minutes(2), until: .minutes(40)),
            PlannedFault(.minutes(6), .lostAnswers(component: fails, share: 1, for: .minutes(1))),
            PlannedFault(.minutes(7), .wallStep(.hours(-1)), every: .minutes(20)),
            PlannedFault(.minutes(8), .sleep(.minutes(10))),
        ]
        let loaded = try ScenarioReaderTests.load(ScenarioText(scenario, duration: .hours(1)).text)
        #expect(loaded.scenario.components == scenario.components)
        #expect(loaded.scenario.faults == scenario.faults)
    }

    @Test func aFileGivesTheSameRun() throws {
        let scenario = ScenarioGenerator.scenario(seed: 7, duration: .minutes(20))
        let loaded = try ScenarioReaderTests.load(ScenarioText(scenario, duration: .minutes(20)).text)
        var options = SimulationOptions(.minutes(20))
        options.isDigested = true
        let first = Simulation.run(scenario, seed: 7, options: options)
        let second = Simulation.run(loaded.scenario, seed: 7, options: options)
        #expect(first.digest != nil)
        #expect(first.digest == second.digest)
    }
}
