import ArgumentParser
import HaleModel

/// Commands by which a person takes a component out of Hale's hands, and gives it back.

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Leave a component alone: no checks, no healing, no alerts, until `resume`.",
        discussion: "To go on checking while you work on it, use `hale maintenance`.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Argument(help: "A component.") var id: String
    func run() async throws { try await ComponentOrder.give("pause", id, options, json: json) }
}

struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "You work on a component: Hale goes on checking it, but neither heals nor alerts.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("For how long, such as 2h. Without it, until `hale resume`.", valueName: "span"))
    var span: String?
    @Argument(help: "A component.") var id: String
    func validate() throws { try SpanOption.check(span) }
    func run() async throws {
        try await ComponentOrder.give("maintenance", id, options, body: ["for": span], json: json)
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End a pause or a maintenance: Hale checks and heals again.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Argument(help: "A component.") var id: String
    func run() async throws { try await ComponentOrder.give("resume", id, options, json: json) }
}

struct ResetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Let healing begin anew: forget failed attempts, waits and open circuits.",
        discussion: "Limits (such as 3/h) are not forgotten. To run the remedy at once, use `hale heal`.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Argument(help: "A component.") var id: String
    func run() async throws { try await ComponentOrder.give("reset", id, options, json: json) }
}

struct AckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Say that you know: nothing more is said of the present trouble until it is over.",
        discussion: "Hale goes on healing.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Option(help: "What others should know, such as \"disk is on its way\".") var note: String?
    @Argument(help: "A component.") var id: String
    func run() async throws { try await ComponentOrder.give("ack", id, options, body: ["note": note], json: json) }
}

struct SilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "No alerts about a component for a time, whatever happens to it.",
        discussion: "Hale goes on checking and healing.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Option(name: .customLong("for"), help: ArgumentHelp("For how long, such as 1h.", valueName: "span"))
    var span: String
    @Argument(help: "A component.") var id: String
    func validate() throws { try SpanOption.check(span) }
    func run() async throws {
        try await CommandFailure.telling {
            let body = try JSONOutput.text(["component": try ComponentArgument.parse(id).name, "for": span])
            let answer: OrderDocument = try await options.client().post("/api/v1/healing/silences", body: body)
            Terminal.say(json ? try JSONOutput.text(answer) : answer.message)
        }
    }
}

/// A duration from the command line.
enum SpanOption {
    static func check(_ text: String?) throws {
        guard let text else { return }
        guard let span = TimeSpan(text), span > .zero, span <= .days(366) else {
            throw ValidationError("--for: expected a duration such as 30m, 2h or 1d, at most 366d, got '\(text)'")
        }
    }
}
