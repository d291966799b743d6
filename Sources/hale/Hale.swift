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
                subcommands: [
                    RunCommand.self, ShutdownCommand.self, ServiceCommand.self, DemoCommand.self,
                    DemoServiceCommand.self,
                ]),
            CommandGroup(
                name: "What is going on",
                subcommands: [
                    StatusCommand.self, ExplainCommand.self, EventsCommand.self, LogsCommand.self, BreakersCommand.self,
                ]),
            CommandGroup(
                name: "Doing something",
                subcommands: [
                    CheckCommand.self, HealCommand.self, ResetCommand.self, StartCommand.self, StopCommand.self,
                    PauseCommand.self, MaintenanceCommand.self, ResumeCommand.self, AckCommand.self,
                    SilenceCommand.self, MonitoringCommand.self,
                ]),
            CommandGroup(
                name: "Configuration and policy",
                subcommands: [
                    InitCommand.self, ValidateCommand.self, ConfigCommand.self, ReloadCommand.self, SchemaCommand.self,
                    TokenCommand.self, SimulateCommand.self, ReplayCommand.self,
                ]),
        ])
}
