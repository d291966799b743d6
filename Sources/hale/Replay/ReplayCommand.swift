import ArgumentParser
import Foundation
import HaleModel
import HaleMonitor

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Decide again what Hale recorded: as it did, or by another policy.",
        discussion: """
            Without --config: whether the engine decides again, byte for byte, what it decided. With --config: what another \
            policy would have done with the same inputs; see docs/replay.md.
            Exits with 1 if a decision differs from the recorded one, with 2 if there is no recording or it is damaged, with \
            78 if the configuration has mistakes.
            """)

    @Argument(help: ArgumentHelp("One file of a recording, or a directory of them.", valueName: "file"))
    var recording: String?
    @Option(
        help: ArgumentHelp(
            "The data directory of the Hale that recorded. Default: that of its configuration.",
            valueName: "dir"))
    var data: String?
    @Option(help: ArgumentHelp("Only so much of the end, such as 3d.", valueName: "span")) var since: String?
    @Option(name: [.short, .long], help: ArgumentHelp("Another policy: a configuration.", valueName: "file"))
    var config: String?
    @Flag(help: "Print JSON.") var json = false

    /// There is no recording, it is damaged, or it was asked for in a wrong way.
    static let unreadable = ExitCode(2)

    func run() async throws {
        _ = try span
        let policy = try config.map(policy)
        do {
            let replay = try RecordingReplay(try path)
            if let policy {
                try compare(replay, policy)
            } else {
                try reproduce(replay)
            }
        } catch let problem as RecordingProblem {
            Terminal.complain("hale: \(Terminal.safe(problem.description))")
            throw Self.unreadable
        }
    }

    private func reproduce(_ replay: RecordingReplay) throws {
        let (extent, divergence) = try replay.reproduce(since: try span)
        let document = ReplayDocument(extent, divergence)
        Terminal.say(json ? try JSONOutput.text(document) : ReplayText.reproduction(document))
        if divergence != nil { throw ExitCode(1) }
    }

    private func compare(_ replay: RecordingReplay, _ policy: HaleConfiguration) throws {
        let (extent, divergence, rehearsal) = try replay.rehearse(policy.engine, since: try span)
        var document = ReplayDocument(extent, divergence)
        if let rehearsal { document.comparison = ReplayComparison(rehearsal, policy: config ?? "") }
        Terminal.say(json ? try JSONOutput.text(document) : ReplayText.comparison(document))
        if divergence != nil { throw ExitCode(1) }
    }

    // MARK: What was asked for

    private var path: String {
        get throws {
            if let recording, data != nil { throw refuse("give either a file or --data, not both (\(recording))") }
            if let recording { return recording }
            if let data { return RecordingDirectory(dataDirectory: data).path }
            let place: ConfigurationPlace
            do {
                place = try ConfigurationOptions.parse([]).place()
            } catch {
                throw refuse(
                    "no configuration says where the recording is; give --data DIR or a file, or set HALE_CONFIG")
            }
            guard let data = place.dataDirectory else {
                throw refuse("\(place.path) does not say where the data is; give --data DIR")
            }
            return RecordingDirectory(dataDirectory: data).path
        }
    }

    private var span: TimeSpan? {
        get throws {
            guard let since else { return nil }
            guard let span = TimeSpan(since), span > .zero else {
                throw refuse("--since: expected a span such as 10m, 12h or 3d, got '\(since)'")
            }
            return span
        }
    }

    private func refuse(_ message: String) -> ExitCode {
        Terminal.complain("hale: \(Terminal.safe(message))")
        return Self.unreadable
    }

    private func policy(_ path: String) throws -> HaleConfiguration {
        try ConfigurationOptions.tellingMistakes(nothingWas: "replayed") {
            try ConfigurationLoader.load(path: path, environment: ConfigurationOptions.environment)
        }
    }
}
