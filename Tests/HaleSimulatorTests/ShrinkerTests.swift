import HaleModel
import HaleSimulator
import Testing

/// A shell that is broken on purpose is caught, and what catches it is made small.
@Suite struct ShrinkerTests {
    /// The first random scenario in which a broken shell is caught.
    private func caught(_ defect: ShellDefect) throws -> (scenario: Scenario, seed: UInt64, options: SimulationOptions)
    {
        var options = SimulationOptions(.minutes(20), defect: defect)
        options.keepsTrace = false
        for seed in 1...40 as ClosedRange<UInt64> {
            let scenario = ScenarioGenerator.scenario(seed: seed, duration: options.duration)
            if !Simulation.run(scenario, seed: seed, options: options).isGood { return (scenario, seed, options) }
        }
        throw NotCaught()
    }

    private struct NotCaught: Error {}

    @Test(arguments: [ShellDefect.actsBeforeCommit, .losesEvents, .forgetsEngine])
    func aBrokenShellIsShrunk(defect: ShellDefect) throws {
        let (scenario, seed, options) = try caught(defect)
        var shrinker = Shrinker(scenario, seed: seed, options: options)
        let found = shrinker.shrink()
        let shrunk = try #require(found)
        #expect(shrunk.scenario.components.count == 1)
        #expect(shrunk.scenario.faults.count <= 2)
        #expect(shrunk.duration <= options.duration)
        // It breaks the same promise, and only because of the defect.
        var again = options
        again.duration = shrunk.duration
        let report = Simulation.run(shrunk.scenario, seed: shrunk.seed, options: again)
        #expect(report.failures.first == shrunk.failure)
        again.defect = nil
        #expect(Simulation.run(shrunk.scenario, seed: shrunk.seed, options: again).isGood)
    }

    @Test func nothingBrokenIsNotShrunk() {
        let scenario = ScenarioGenerator.scenario(seed: 1, duration: .minutes(5))
        var shrinker = Shrinker(scenario, seed: 1, options: SimulationOptions(.minutes(5)))
        let found = shrinker.shrink()
        #expect(found == nil)
    }

    @Test func theLastSeedsAreTriedToo() throws {
        let options = SimulationOptions(.minutes(1), defect: .losesEvents)
        for seed in [UInt64.max - 1, .max] {
            var shrinker = Shrinker(.crashLoop, seed: seed, options: options)
            let found = shrinker.shrink()
            #expect(found != nil)
        }
    }
}
