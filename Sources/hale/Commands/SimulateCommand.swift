import ArgumentParser
import HaleModel
import HaleSimulator

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the real engine in an invented world full of faults, and check that it keeps its promises.",
        discussion: "Exits with 1 if a promise was broken, and says how to see it again.")

    static let maxSeeds = 1_000_000

    @Option(help: "The first seed.") var seed: UInt64 = 1
    @Option(help: "How many seeds, from the first on.") var seeds = 1
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("For so long there are faults; then all must become well.", valueName: "span"))
    var duration = "1h"
    @Flag(help: "Print what happened, line by line (one seed only).") var trace = false
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Exit with 1 if anything that can happen never did.") var requireMarks = false

    func validate() throws {
        guard (1...Self.maxSeeds).contains(seeds) else {
            throw ValidationError("--seeds: expected 1 to \(Self.maxSeeds), got \(seeds)")
        }
        guard !seed.addingReportingOverflow(UInt64(seeds)).overflow else {
            throw ValidationError("--seed: \(seed) and \(seeds) seeds after it are more than there are")
        }
        guard let span = TimeSpan(duration), span > .zero, span <= .days(366) else {
            throw ValidationError("--for: expected a span such as 10m, 1h or 2d, at most 366d, got '\(duration)'")
        }
        if trace, seeds != 1 { throw ValidationError("--trace: expected one seed, got \(seeds)") }
    }

    func run() async throws {
        guard let span = TimeSpan(duration) else { throw ValidationError("--for: '\(duration)' is no span") }
        var sweep = SweepReport()
        if seeds == 1 {
            let report = Simulation.run(seed: seed, duration: span, keepsTrace: trace)
            if trace, !json { for line in report.trace { Terminal.say(line) } }
            sweep.add(report)
        } else {
            sweep = await Self.sweep(seed..<(seed + UInt64(seeds)), span)
        }
        Terminal.say(json ? try JSONOutput.text(SimulationDocument(sweep)) : text(sweep))
        let lacksMarks = requireMarks && !sweep.marks.neverFired.isEmpty
        if !sweep.failed.isEmpty || lacksMarks { throw ExitCode(1) }
    }

    /// The seeds are dealt out to two tasks in turn, so that both end at about the same time.
    private static func sweep(_ seeds: Range<UInt64>, _ span: TimeSpan) async -> SweepReport {
        let tasks: UInt64 = 2
        return await withTaskGroup(of: SweepReport.self) { group in
            for first in 0..<tasks {
                group.addTask(name: "sweep \(first)") {
                    Simulation.sweep(
                        seeds: stride(from: seeds.lowerBound + first, to: seeds.upperBound, by: Int(tasks)),
                        duration: span)
                }
            }
            var whole = SweepReport()
            for await part in group { whole.merge(part) }
            return whole
        }
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

/// What `hale simulate --json` prints.
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
