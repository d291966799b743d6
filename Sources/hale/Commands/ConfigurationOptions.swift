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
        do {
            return try place(overrides).load()
        } catch let errors as ConfigurationErrors {
            for problem in errors.problems { Terminal.complain("\(problem)") }
            let count = errors.problems.count
            Terminal.complain(
                "hale: \(count) \(count == 1 ? "mistake" : "mistakes") in the configuration; nothing was started or changed"
            )
            throw Self.faulty
        } catch {
            Terminal.complain("hale: \(error)")
            throw Self.faulty
        }
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
