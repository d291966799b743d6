import HaleModel
import HaleSimulator
import Testing

@Suite struct SimulationTests {
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func everyPromiseHolds(seed: UInt64) {
        let report = Simulation.run(seed: seed, duration: .minutes(30))
        #expect(
            report.isGood, "\(report.failures.first.map { "\($0.invariant): \($0.message)" } ?? ""); \(report.replay)")
        #expect(report.inputs > 0)
    }

    @Test(arguments: [1, 7, 23, 40] as [UInt64])
    func theSameSeedGivesTheSameDigest(seed: UInt64) {
        let first = Simulation.run(seed: seed, duration: .minutes(20), isDigested: true)
        let second = Simulation.run(seed: seed, duration: .minutes(20), keepsTrace: true, isDigested: true)
        #expect(first.digest != nil)
        #expect(first.digest == second.digest)
        #expect(first.inputs == second.inputs)
        #expect(first.trace.isEmpty)
        #expect(!second.trace.isEmpty)
        #expect(Simulation.run(seed: seed + 1, duration: .minutes(20), isDigested: true).digest != first.digest)
    }

    @Test(arguments: [3, 11, 19] as [UInt64])
    func anEngineRestoredAfterEveryBatchGoesOn(seed: UInt64) {
        var options = SimulationOptions(.minutes(5))
        options.restartsAfterEveryBatch = true
        var scenario = ScenarioGenerator.scenario(seed: seed, duration: .minutes(5))
        // A life ends before the answer to any check: nothing but safety can be promised.
        scenario.endsWell = false
        let report = Simulation.run(scenario, seed: seed, options: options)
        #expect(report.failures == [])
        #expect(report.restarts > 20)
    }

    @Test func reportsAddUp() {
        let whole = Simulation.sweep(seeds: 1..<7 as Range<UInt64>, duration: .minutes(5))
        var parts = Simulation.sweep(seeds: 1..<4 as Range<UInt64>, duration: .minutes(5))
        parts.merge(Simulation.sweep(seeds: 4..<7 as Range<UInt64>, duration: .minutes(5)))
        #expect(whole.seeds == 6)
        #expect(whole.inputs == parts.inputs)
        #expect(whole.marks == parts.marks)
    }

    /// A duration of more than two units, too, is printed as it was.
    @Test func aReplayNamesTheSameWorld() {
        let duration = TimeSpan.hours(1) + .minutes(30) + .seconds(15)
        var report = Simulation.run(seed: 1, duration: .seconds(1))
        report.duration = duration
        #expect(report.replay == "hale simulate --seed 1 --for 5415s --trace")
    }
}
