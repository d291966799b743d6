import HaleModel
import HaleSimulator
import Testing

@Suite struct ScenarioTests {
    private func play(_ scenario: Scenario, _ duration: TimeSpan = .minutes(30)) -> SimulationReport {
        Simulation.run(scenario, seed: 1, options: SimulationOptions(duration, keepsTrace: true))
    }

    private func count(_ report: SimulationReport, _ text: String) -> Int { report.trace.count { $0.contains(text) } }

    @Test(arguments: Scenario.fixed.map(\.name), 1...5 as ClosedRange<UInt64>)
    func everyPromiseHolds(name: String, seed: UInt64) throws {
        let scenario = try #require(Scenario.fixed.first { $0.name == name })
        let report = Simulation.run(scenario, seed: seed, options: SimulationOptions(.minutes(30)))
        #expect(report.failures == [])
    }

    @Test func aCrashLoopIsGivenUp() {
        let report = play(.crashLoop)
        #expect(report.failures == [])
        #expect(count(report, "gave_up: api") >= 1)
        #expect(count(report, "api is failed") >= 1)
    }

    @Test func aSlowDeathIsGivenUpToo() {
        let report = play(.slowDeath)
        #expect(report.failures == [])
        #expect(count(report, "heal_succeeded: api") >= 1)
        #expect(count(report, "gave_up: api") >= 1)
    }

    @Test func dependentsOfAnOutageAreLeftAlone() {
        let report = play(.dependencyOutage)
        #expect(report.failures == [])
        #expect(count(report, "heal_started: database") >= 1)
        // Until the outage is seen, whoever is asked first may be taken for the one that failed.
        let outage = report.trace.drop { !$0.contains("database is down") }.prefix {
            !$0.contains("database is healthy")
        }
        #expect(!outage.isEmpty)
        #expect(!outage.contains { $0.contains("heal_started: worker") || $0.contains("heal_started: api") })
    }

    @Test func aFullDiskHoldsBackWhatHasALimit() {
        let report = play(.diskFull)
        #expect(report.failures == [])
        #expect(count(report, "store_trouble_began") == 1)
        #expect(count(report, "heal_succeeded: free") >= 1)
        #expect(count(report, "heal_suppressed: limited") >= 1)
    }

    @Test func aLostDatabaseCountsAsUsed() {
        let report = play(.storeLost)
        #expect(report.failures == [])
        #expect(count(report, "store_set_aside") == 1)
        #expect(count(report, "the limit of attempts is reached") >= 1)
    }

    @Test func whatIsNoLongerConfiguredIsEnded() {
        let report = play(.reconfigured)
        #expect(report.failures == [])
        #expect(count(report, "component_removed: leaves") == 1)
        #expect(count(report, "component_added: joins") == 1)
        #expect(count(report, "ends leaves.0 for good") == 1)
    }
}
