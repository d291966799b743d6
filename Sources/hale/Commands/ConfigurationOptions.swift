import ArgumentParser
import Foundation
import HaleMonitor

/// Which configuration is meant.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help:
            "The configuration file. Default: $HALE_CONFIG, ./hale.yaml, ~/.config/hale/hale.yaml, /etc/hale/hale.yaml."
    )
    var config: String?

    /// The environment, with `HALE_EXECUTABLE`: the path of this program, so that a configuration can name it.
    static let environment: [String: String] = {
        ProcessInfo.processInfo.environment.merging(["HALE_EXECUTABLE": executable]) { given, _ in given }
    }()

    static let executable: String = {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return link ?? Bundle.main.executablePath ?? CommandLine.arguments[0]
    }()

    /// Where the configuration lies.
    /// - Throws: `ConfigurationLoader.NotFound`.
    func place(_ overrides: ConfigurationOverrides = .init()) throws -> ConfigurationPlace {
        ConfigurationPlace(
            path: try ConfigurationLoader.locate(explicit: config, environment: Self.environment),
            environment: Self.environment, overrides: overrides)
    }

    /// Reads the configuration, or says everything that is wrong with it and exits.
    func load(_ overrides: ConfigurationOverrides = .init()) throws -> HaleConfiguration {
        try Self.tellingMistakes(nothingWas: "started or changed") {
            do {
                return try place(overrides).load()
            } catch let missing as ConfigurationLoader.NotFound {
                Terminal.complain("hale: \(missing)")
                throw Self.faulty
            }
        }
    }

    /// Reads a file, or says everything that is wrong with it and exits.
    static func tellingMistakes<Value>(
        in what: String = "the configuration", nothingWas done: String, _ read: () throws -> Value
    ) throws -> Value {
        do {
            return try read()
        } catch let errors as ConfigurationErrors {
            throw complain(errors.problems.map { "\($0)" }, in: what, nothingWas: done)
        }
    }

    /// Lists mistakes and counts them.
    static func complain(
        _ problems: [String], in what: String = "the configuration", nothingWas done: String
    ) -> ExitCode {
        for problem in problems { Terminal.complain(problem) }
        let mistakes = problems.count == 1 ? "1 mistake" : "\(problems.count) mistakes"
        Terminal.complain("hale: \(mistakes) in \(what); nothing was \(done)")
        return faulty
    }

    /// EX_CONFIG of sysexits.h.
    static let faulty = ExitCode(78)

    /// The line to the daemon of this configuration; it is found even where the rest of the file has mistakes.
    func client() throws -> DaemonClient {
        if let path = Self.environment["HALE_SOCKET"] { return DaemonClient(socket: path) }
        let found = (try? place()).flatMap { $0.dataDirectory }
        return DaemonClient(socket: try (found ?? load().dataDirectory) + "/hale.sock")
    }
}
