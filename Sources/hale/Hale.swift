import ArgumentParser
import HaleMonitor

@main
struct Hale: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hale",
        abstract: "Watches services, heals what it can, and tells you the rest once.",
        version: "hale \(Monitor.version)",
        groupedSubcommands: [
            CommandGroup(
                name: "Hale itself",
                subcommands: [RunCommand.self, ShutdownCommand.self, DemoCommand.self, DemoServiceCommand.self]),
            CommandGroup(
                name: "What is going on",
                subcommands: [StatusCommand.self, ExplainCommand.self, EventsCommand.self, LogsCommand.self]),
            CommandGroup(
                name: "Doing something",
                subcommands: [CheckCommand.self, HealCommand.self, StartCommand.self, StopCommand.self]),
            CommandGroup(
                name: "Configuration and policy",
                subcommands: [ValidateCommand.self, ConfigCommand.self, SimulateCommand.self]),
        ])
}
