import ArgumentParser
import HaleModel

struct HealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heal", abstract: "Run a component's remedy now, and begin anew if Hale has given up.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Argument(help: "A component.") var id: String
    func run() async throws { try await ComponentOrder.give("heal", id, options, json: json) }
}

struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "start", abstract: "Start a program that was stopped.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Argument(help: "A component with `run:`.") var id: String
    func run() async throws { try await ComponentOrder.give("start", id, options, json: json) }
}

struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop a program on purpose: it is neither healed nor counted until it is started.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Argument(help: "A component with `run:`.") var id: String
    func run() async throws { try await ComponentOrder.give("stop", id, options, json: json) }
}

struct ShutdownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shutdown", abstract: "Stop Hale; its programs go on, unless --programs ends them, too.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "End everything that Hale runs.") var programs = false

    func run() async throws {
        try await CommandFailure.telling {
            let answer: OrderDocument = try await options.client().post(
                "/api/v1/healing/shutdown", body: "{\"programs\": \(programs)}")
            Terminal.say(answer.message)
        }
    }
}

/// Gives an order about one component and tells what became of it.
enum ComponentOrder {
    static func give(
        _ verb: String, _ id: String, _ options: ConfigurationOptions, body: [String: String?] = [:],
        json: Bool = false
    ) async throws {
        try await CommandFailure.telling {
            let id = try ComponentArgument.parse(id)
            let body = try JSONOutput.text(body.compactMapValues { $0 })
            let answer: OrderDocument = try await options.client().post(
                "/api/v1/healing/component/\(id)/\(verb)", body: body)
            Terminal.say(json ? try JSONOutput.text(answer) : answer.message)
        }
    }
}
