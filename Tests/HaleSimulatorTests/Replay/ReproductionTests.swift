import Foundation
import HaleEngine
import HaleModel
import HaleSimulator
import Testing

/// A recording decides what was decided: from its beginning, and from every snapshot.
@Suite struct ReproductionTests {
    private func report(_ seed: UInt64, _ observer: (any BatchObserver)?) -> SimulationReport {
        var options = SimulationOptions(.minutes(20))
        options.observer = observer
        options.isDigested = true
        return Simulation.run(
            ScenarioGenerator.scenario(seed: seed, duration: options.duration), seed: seed, options: options)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func anEngineMadeOfASnapshotDecidesTheSame(seed: UInt64) {
        let snapshooter = Snapshooter(every: 50 + Int(seed))
        let digest = report(seed, snapshooter).digest
        #expect(snapshooter.trouble == nil)
        #expect(snapshooter.snapshots > 5)
        #expect(digest != nil)
        #expect(digest == report(seed, nil).digest)
    }

    @Test(arguments: 30...37 as ClosedRange<UInt64>)
    func whatWasRecordedIsDecidedAgain(seed: UInt64) throws {
        let recorder = Recorder()
        let inputs = report(seed, recorder).inputs
        var replayed = 0
        for life in recorder.lives {
            var reproduction = Reproduction(life.engine)
            for batch in life.batches { try #require(reproduction.play(batch) == nil) }
            replayed += reproduction.inputs
        }
        #expect(replayed > 100 && replayed <= Int(inputs))
    }

    @Test func anotherDecisionIsNamed() throws {
        let recorder = Recorder()
        _ = report(30, recorder)
        let life = try #require(recorder.lives.first { $0.batches.count > 200 })
        var reproduction = Reproduction(life.engine)
        var differences: [(batch: Int, difference: Reproduction.Difference)] = []
        for (number, batch) in life.batches.enumerated() {
            var batch = batch
            // A result that never came, at a batch that had one.
            if number >= 100, differences.isEmpty, let first = batch.steps.firstIndex(where: \.isResult) {
                batch.steps.remove(at: first)
            }
            if let difference = reproduction.play(batch) { differences.append((number, difference)) }
        }
        let first = try #require(differences.first)
        #expect(first.batch >= 100)
        #expect(first.difference.input > 1)
        // The digest runs on: what is another once stays another.
        #expect(differences.count == life.batches.count - first.batch)
    }
}

extension RecordedStep {
    fileprivate var isResult: Bool {
        if case .input(.checkFinished) = step { true } else { false }
    }
}
