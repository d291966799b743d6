import ArgumentParser
import Foundation
import HaleMonitor
import Logging

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Start Hale with three small real services, one of which keeps crashing.")

    @Option(help: "Where its configuration and data are kept.") var directory = "./hale-demo"

    func run() async throws {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let file = directory + "/hale.yaml"
            try Data(DemoConfiguration.text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
            Terminal.say("The demo's configuration is \(file). In another terminal: hale status -c \(file)")
            let options = try ConfigurationOptions.parse(["--config", file])
            try await Daemon.run(try options.load(), place: try options.place(), logFormat: .text, logLevel: .info)
        } catch let error as CocoaError {
            Terminal.complain("hale: \(directory): \(error.localizedDescription)")
            throw ExitCode.failure
        }
    }
}
