import ArgumentParser
import HaleModel

struct MonitoringCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitoring", abstract: "Stop and start all checks and healing, or show whether they run.",
        discussion: "Stopped, everything is as if paused, also after a restart of Hale. Programs go on.",
        subcommands: [Status.self, Start.self, Stop.self], defaultSubcommand: Status.self)

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show whether anything is checked and healed.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            try await CommandFailure.telling {
                let status: MonitoringDocument = try await options.client().get("/api/v1/healing/monitoring/status")
                let since = status.stoppedAt.map { "stopped since \(Times.clock($0)) (\(Times.since($0)))" }
                Terminal.say(json ? try JSONOutput.text(status) : "Monitoring is \(since ?? "on").")
            }
        }
    }

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check and heal again.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false
        func run() async throws { try await MonitoringCommand.give("start", options, json: json) }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check and heal nothing until `start`.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false
        func run() async throws { try await MonitoringCommand.give("stop", options, json: json) }
    }

    private static func give(_ verb: String, _ options: ConfigurationOptions, json: Bool) async throws {
        try await CommandFailure.telling {
            let answer: OrderDocument = try await options.client().post("/api/v1/healing/monitoring/\(verb)")
            Terminal.say(json ? try JSONOutput.text(answer) : answer.message)
        }
    }
}
