import ArgumentParser
import HaleMonitor

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Read the configuration and tell every mistake in it.",
        discussion: "Exit code: 0 no mistakes, 78 mistakes.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        if json { return try tellMachines() }
        let configuration = try options.load()
        let count = configuration.components.count
        Terminal.say("\(configuration.file): \(count) \(count == 1 ? "component" : "components"), no mistakes")
    }

    private func tellMachines() throws {
        do {
            let configuration = try options.place().load()
            Terminal.say(try JSONOutput.text(Report(file: configuration.file, problems: [])))
        } catch let errors as ConfigurationErrors {
            let file = (try? options.place().path) ?? ""
            Terminal.say(try JSONOutput.text(Report(file: file, problems: errors.problems.map(Problem.init))))
            throw ConfigurationOptions.faulty
        } catch let error as ConfigurationLoader.NotFound {
            Terminal.complain("hale: \(error)")
            throw ConfigurationOptions.faulty
        }
    }

    private struct Report: Encodable {
        var file: String
        var problems: [Problem]
    }

    private struct Problem: Encodable {
        var file: String
        var line: Int
        var column: Int
        var path: String
        var message: String
        var hint: String?

        init(_ problem: ConfigurationProblem) {
            file = problem.file
            line = problem.line
            column = problem.column
            path = problem.path
            message = problem.message
            hint = problem.hint
        }
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
