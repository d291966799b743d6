import ArgumentParser
import Foundation
import HaleModel
import HaleMonitor

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check now: all components, one, or any URL.",
        discussion:
            "With a running Hale the results count. Without one the checks of the configuration run once, from here. A URL (http, https, tcp) needs no configuration. Exit code: 0 all good, 1 degraded, 2 failed, 3 inconclusive."
    )

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Option(help: "Time-out of a URL check, such as 5s.") var timeout = "5s"
    @Argument(help: "A component, or http://…, https://…, tcp://host:port.") var target: String?

    func run() async throws {
        let results: [CheckedDocument] = try await CommandFailure.telling { try await self.results() }
        for result in results { Terminal.say(json ? try JSONOutput.text(result) : line(result)) }
        let worst = results.map { $0.status?.rank ?? -1 }.max() ?? -1
        if results.contains(where: { $0.status == nil }), worst <= 0 { throw ExitCode(3) }
        if worst > 0 { throw ExitCode(worst == 1 ? 1 : 2) }
    }

    private func results() async throws -> [CheckedDocument] {
        if let target, target.contains("://") {
            guard let timeout = TimeSpan(timeout), timeout > .zero else {
                throw DaemonClient.Refused(description: "--timeout \(timeout): expected a duration such as 5s")
            }
            return try await OneOffCheck.run(url: target, timeout: timeout).map(CheckedDocument.init)
        }
        let id = try target.map(ComponentArgument.parse)
        do {
            let path = id.map { "component/\($0)/check" } ?? "check"
            let list: ListDocument<CheckedDocument> = try await options.client().post("/api/v1/healing/\(path)")
            return list.items
        } catch is DaemonClient.Unreachable {
            Terminal.complain("hale: no Hale runs; checking from here")
            return try await OneOffCheck.run(
                try options.load(), only: id, executable: ConfigurationOptions.executable,
                environment: ConfigurationOptions.environment
            ).map(CheckedDocument.init)
        }
    }

    private func line(_ result: CheckedDocument) -> String {
        let (symbol, colour): (Character, Int) =
            switch result.status {
            case .healthy: ("●", 32)
            case .degraded: ("◐", 33)
            case .unhealthy, .critical: ("■", 31)
            case nil: ("○", 90)
            }
        let status = Terminal.coloured("\(symbol) \(result.status?.rawValue ?? "inconclusive")", colour)
        return
            "\(status)  \(result.componentId) \(result.check): \(Terminal.safe(result.message)) (\(StatusCommand.milliseconds(result.latencyMs)))"
    }
}
