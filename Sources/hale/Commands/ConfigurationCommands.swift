import ArgumentParser
import HaleMonitor

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Read the configuration and tell every mistake in it.")
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.load()
        let count = configuration.components.count
        Terminal.say("\(configuration.file): \(count) \(count == 1 ? "component" : "components"), no mistakes")
    }
}

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show every value in force and where it came from.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let configuration = try options.load()
        Terminal.say(
            json
                ? try JSONOutput.text(configuration.effective.json)
                : configuration.effective.lines.joined(separator: "\n"))
    }
}
