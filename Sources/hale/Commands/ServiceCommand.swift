import ArgumentParser
import Foundation
import HaleMonitor

struct ServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Let the system run Hale: a systemd unit, or on a Mac a launchd property list.",
        subcommands: [Install.self, Uninstall.self])

    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the unit, and say what puts it in force.",
            discussion: "The programs that Hale runs outlive its end and its restarts (KillMode=process).")
        @OptionGroup var options: ConfigurationOptions
        @Option(help: "The account that Hale runs as.") var user: String?
        @Option(help: "Where the file is written.") var directory = ServiceFile.directory
        @Flag(help: "Only print the file.") var print = false
        @Flag(help: "Replace a file that says something else.") var force = false

        func validate() throws {
            guard let user else { return }
            guard !user.isEmpty, user.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
            else { throw ValidationError("--user: '\(user)' is not the name of an account") }
        }

        func run() throws {
            let configuration = try options.load()
            let file = ServiceFile(
                executable: ConfigurationOptions.executable, configuration: configuration.file, user: user)
            for path in [file.executable, file.configuration] where path.contains(where: \.isNewline) {
                throw ServiceCommand.failure("\(path.debugDescription) has a line break in its name")
            }
            guard !print else { return Terminal.say(String(file.text.dropLast())) }
            let path = directory + "/" + ServiceFile.name
            if let present = FileManager.default.contents(atPath: path), present != Data(file.text.utf8), !force {
                throw ServiceCommand.failure("\(path) is there already and says something else; --force replaces it")
            }
            do {
                try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            } catch {
                throw ServiceCommand.failure("cannot write \(path): \(error.localizedDescription)")
            }
            Terminal.say("\(path) is written. To put it in force: \(ServiceFile.activation(path))")
        }
    }

    struct Uninstall: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove the unit, and say what takes it out of force.")
        @Option(help: "Where the file lies.") var directory = ServiceFile.directory

        func run() throws {
            let path = directory + "/" + ServiceFile.name
            guard FileManager.default.fileExists(atPath: path) else {
                throw ServiceCommand.failure("there is no \(path)")
            }
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                throw ServiceCommand.failure("cannot remove \(path): \(error.localizedDescription)")
            }
            Terminal.say("\(path) is removed. To take it out of force: \(ServiceFile.deactivation(path))")
        }
    }

    private static func failure(_ message: String) -> ExitCode {
        Terminal.complain("hale: \(message)")
        return ExitCode.failure
    }
}
