import HaleModel
import HaleSimulator
import Testing

/// Checkers that can't fail prove nothing: a shell that is broken on purpose has to be caught.
@Suite struct CheckerTests {
    @Test(arguments: ShellDefect.allCases)
    func aBrokenShellIsCaught(defect: ShellDefect) {
        let expected: Set<String> =
            switch defect {
            case .actsBeforeCommit: ["NoEffectWithoutRecord"]
            case .forgetsComponents: ["NoEffectWithoutRecord", "NoSecondCopy", "TransitionsAreLegal"]
            case .forgetsEngine: ["EventsAreSequential"]
            case .losesEvents: ["EventsAreSequential"]
            case .ignoresTrouble: ["NoEffectWithoutRecord"]
            case .neverTicks: ["Liveness", "NothingStands"]
            case .losesOrders: ["NothingStands", "Liveness"]
            }
        var caught: Set<String> = []
        for seed in 1...30 as ClosedRange<UInt64> {
            let duration = TimeSpan.minutes(20)
            // A remedy with a limit has to be due just when the disk fills up, which random scenarios seldom hit.
            let scenario =
                defect == .ignoresTrouble ? .diskFull : ScenarioGenerator.scenario(seed: seed, duration: duration)
            let report = Simulation.run(scenario, seed: seed, options: SimulationOptions(duration, defect: defect))
            caught.formUnion(report.failures.map(\.invariant))
            if !caught.isDisjoint(with: expected) { return }
        }
        Issue.record("\(defect.rawValue) was not caught by \(expected.sorted()), only by \(caught.sorted())")
    }

    @Test func everyInvariantSaysWhatItPromises() {
        #expect(Simulation.promises.count == 19)
        #expect(Simulation.promises.allSatisfy { !$0.promise.isEmpty })
    }
}
