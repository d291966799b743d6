import ArgumentParser
import Foundation
import HaleMonitor

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a first hale.yaml from what is found on this machine.",
        discussion: """
            It looks at the ports that somebody listens on and at the units of systemd, and starts or changes nothing. \
            A file that is there is never overwritten.
            """)

    @Argument(help: "The file to write.") var file = "hale.yaml"

    func run() throws {
        let text = FirstConfiguration(services: Listeners.find(), units: SystemdUnits.running()).text
        let path = URL(fileURLWithPath: file).path
        do {
            _ = try ConfigurationLoader.load(text: text, file: path, named: file, environment: [:])
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            Terminal.complain("hale: \(file) is there already, and is left as it is")
            throw ExitCode.failure
        } catch {
            Terminal.complain("hale: \(file): \((error as? CocoaError)?.localizedDescription ?? "\(error)")")
            throw ExitCode.failure
        }
        Terminal.say("\(file) is written. Read it, then: hale validate, hale run")
    }
}
