import ArgumentParser
import HaleModel
import HaleSimulator

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the real engine in an invented world, and measure what becomes of it.",
        discussion: """
            With --scenario: what would become of your components if this happened. Without: random worlds full of faults, \
            in which the engine has to keep its promises; see docs/simulate.md.
            Exits with 1 if a promise was broken, and says how to see it again; with 64 if an option is wrong, with \
            78 if a file has mistakes.
            """)

    static let maxSeeds = 1_000_000
    static let maxRuns = 100_000

    @Option(help: ArgumentHelp("What happens: a scenario file.", valueName: "file")) var scenario: String?
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The configuration to try. Default: the scenario's own.", valueName: "file"))
    var config: String?
    @Option(
        help: ArgumentHelp(
            "Another configuration to try beside it, or 'naive': one miss means restart.", valueName: "file"))
    var compare: String?
    @Option(help: "How many runs of the scenario, each with a seed of its own. Default 100.") var runs: Int?
    @Option(help: "The first seed; with --scenario and without --runs: one run, with its timeline. Default 1.")
    var seed: UInt64?
    @Option(help: "How many random worlds, from the first seed on. Default 1.") var seeds: Int?
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "For so long there are faults. Default: what the scenario says, or 1h.", valueName: "span"))
    var duration: String?
    @Flag(help: "Print what happened, line by line (one random world only).") var trace = false
    @Option(help: "How many components each random world has. Default: drawn, 1 to 15.") var components: Int?
    @Flag(help: "Print for each random world the digest of all that happened: the same in every build.")
    var digests = false
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Exit with 1 if anything that can happen in random worlds never did.") var requireMarks = false
    @Option(
        help: ArgumentHelp("Write the shrunk scenario of the first failing seed there.", valueName: "file"))
    var shrinkTo: String?

    func validate() throws {
        if let seeds, !(1...Self.maxSeeds).contains(seeds) {
            throw ValidationError("--seeds: expected 1 to \(Self.maxSeeds), got \(seeds)")
        }
        if let runs, !(1...Self.maxRuns).contains(runs) {
            throw ValidationError("--runs: expected 1 to \(Self.maxRuns), got \(runs)")
        }
        let count = UInt64(max(seeds ?? 1, runs ?? 1))
        guard !(seed ?? 1).addingReportingOverflow(count).overflow else {
            throw ValidationError("--seed: \(seed ?? 1) and \(count) seeds after it are more than there are")
        }
        if let components, !(1...10_000).contains(components) {
            throw ValidationError("--components: expected 1 to 10000, got \(components)")
        }
        _ = try span
        if trace, seeds ?? 1 != 1 { throw ValidationError("--trace: expected one seed, got \(seeds ?? 1)") }
        if scenario != nil {
            try refuse(
                [
                    ("--seeds", seeds != nil), ("--trace", trace), ("--require-marks", requireMarks),
                    ("--components", components != nil), ("--digests", digests),
                    ("--shrink-to", shrinkTo != nil),
                ], "is for random worlds; with --scenario use --runs or --seed")
        } else {
            try refuse(
                [("--config", config != nil), ("--compare", compare != nil), ("--runs", runs != nil)],
                "needs --scenario")
        }
    }

    private func refuse(_ options: [(name: String, isGiven: Bool)], _ why: String) throws {
        if let first = options.first(where: \.isGiven) { throw ValidationError("\(first.name) \(why)") }
    }

    /// What `--for` says.
    private var span: TimeSpan? {
        get throws {
            guard let duration else { return nil }
            guard let span = TimeSpan(duration), span > .zero, span <= .days(366) else {
                throw ValidationError("--for: expected a span such as 10m, 1h or 2d, at most 366d, got '\(duration)'")
            }
            return span
        }
    }

    func run() async throws {
        if let scenario {
            try await ScenarioRuns(
                scenario: scenario, config: config, compare: compare, duration: try span, seed: seed, runs: runs,
                json: json
            ).run()
        } else {
            try await RandomWorlds(
                seed: seed ?? 1, count: seeds ?? 1, duration: try span ?? .hours(1), trace: trace, json: json,
                components: components, digests: digests, requireMarks: requireMarks, shrinkTo: shrinkTo
            ).run()
        }
    }
}
