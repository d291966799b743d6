import ArgumentParser
import Foundation
import HaleModel
import HaleSimulator

/// `hale simulate` without a scenario: worlds drawn from seeds, in which the engine's promises are checked.
struct RandomWorlds {
    let seed: UInt64
    let count: Int
    let duration: TimeSpan
    let trace: Bool
    let json: Bool
    let components: Int?
    let digests: Bool
    let requireMarks: Bool
    let shrinkTo: String?

    func run() async throws {
        var sweep = SweepReport()
        if count == 1 {
            let report = Simulation.run(
                seed: seed, duration: duration, components: components, keepsTrace: trace, isDigested: digests)
            if trace, !json { for line in report.trace { Terminal.say(line) } }
            sweep.add(report)
        } else {
            let (duration, components, digests) = (duration, components, digests)
            sweep = await Workers.share(seed..<(seed + UInt64(count)), nothing: SweepReport()) { seeds in
                Simulation.sweep(seeds: seeds, duration: duration, components: components, isDigested: digests)
            } merge: {
                $0.merge($1)
            }
        }
        if digests {
            for seed in sweep.digests.keys.sorted() { Terminal.say("\(seed) \(sweep.digests[seed] ?? 0)") }
            guard sweep.failed.isEmpty else { throw ExitCode(1) }
            return
        }
        Terminal.say(json ? try JSONOutput.text(SimulationDocument(sweep)) : text(sweep))
        if let first = sweep.failed.first { try shrink(first) }
        let lacksMarks = requireMarks && !sweep.marks.neverFired.isEmpty
        if !sweep.failed.isEmpty || lacksMarks { throw ExitCode(1) }
    }

    /// Makes what the first failing seed shows small, and writes it down.
    private func shrink(_ report: SimulationReport) throws {
        let scenario = ScenarioGenerator.scenario(seed: report.seed, duration: duration, components: components)
        var shrinker = Shrinker(scenario, seed: report.seed, options: SimulationOptions(duration))
        guard let shrunk = shrinker.shrink() else { return }
        let text = ScenarioText(shrunk.scenario, duration: shrunk.duration).text
        let (components, faults) = (shrunk.scenario.components.count, shrunk.scenario.faults.count)
        Terminal.complain(
            "seed \(report.seed) shrunk in \(shrunk.runs) runs: components: \(components), faults: \(faults), \(shrunk.duration); \(shrunk.failure.invariant): \(shrunk.failure.message)"
        )
        guard let shrinkTo else { return Terminal.complain(text) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: shrinkTo))
        Terminal.complain("  see it again: hale simulate --scenario \(shrinkTo) --seed \(shrunk.seed)")
    }

    private func text(_ sweep: SweepReport) -> String {
        var lines: [String] = []
        for report in sweep.failed {
            lines.append("seed \(report.seed) broke a promise")
            for failure in report.failures { lines.append("  \(failure.at) \(failure.invariant): \(failure.message)") }
            lines.append("  see it again: \(report.replay)")
        }
        if requireMarks, !sweep.marks.neverFired.isEmpty {
            lines.append("never happened")
            for name in sweep.marks.neverFired { lines.append("  \(name)") }
        }
        lines.append(
            "\(sweep.seeds) simulated, \(sweep.failed.count) failed: \(sweep.simulated) of virtual time, \(sweep.inputs) inputs, \(sweep.restarts) restarts of Hale"
        )
        return lines.joined(separator: "\n")
    }
}

/// What `hale simulate --json` prints of random worlds.
struct SimulationDocument: Encodable {
    struct Failed: Encodable {
        var seed: UInt64
        var invariants: [String]
        var messages: [String]
        var replay: String
    }

    struct Mark: Encodable {
        var name: String
        var count: UInt64
    }

    var seeds: Int
    var simulatedSeconds: Double
    var inputs: UInt64
    var restarts: Int
    var failed: [Failed]
    var marks: [Mark]

    init(_ sweep: SweepReport) {
        seeds = sweep.seeds
        simulatedSeconds = sweep.simulated.seconds
        inputs = sweep.inputs
        restarts = sweep.restarts
        failed = sweep.failed.map {
            Failed(
                seed: $0.seed, invariants: $0.failures.map(\.invariant), messages: $0.failures.map(\.message),
                replay: $0.replay)
        }
        marks = sweep.marks.all.map { Mark(name: $0.name, count: $0.count) }
    }
}
