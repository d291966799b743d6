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

    @Test func aFileGivesTheSameRun() throws {
        let scenario = ScenarioGenerator.scenario(seed: 7, duration: .minutes(20))
        let loaded = try ScenarioReaderTests.load(ScenarioText(scenario, duration: .minutes(20)).text)
        let first = Simulation.run(scenario, seed: 7, options: SimulationOptions(.minutes(20)))
        let second = Simulation.run(loaded.scenario, seed: 7, options: SimulationOptions(.minutes(20)))
        #expect(first.digest == second.digest)
    }
}
