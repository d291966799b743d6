import ArgumentParser
import HaleModel

struct BreakersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breakers", abstract: "Show the circuit breakers of all checks, or close one.",
        discussion: "An open circuit spares a check that keeps failing: it is asked less often until it answers again.",
        subcommands: [List.self, Reset.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show them (this is the default).")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false
        @Argument(help: "Only those of this component.") var id: String?

        func run() async throws {
            try await CommandFailure.telling {
                let filter = try id.map { "?component=\(try ComponentArgument.parse($0))" } ?? ""
                let list: ListDocument<BreakerDocument> = try await options.client().get(
                    "/api/v1/healing/circuit-breakers\(filter)")
                Terminal.say(json ? try JSONOutput.text(list) : table(list.items))
            }
        }

        private func table(_ breakers: [BreakerDocument]) -> String {
            guard !breakers.isEmpty else { return "There are no checks, and so no circuit breakers." }
            var table = Table(["CIRCUIT", "COMPONENT", "CHECK", "FAILURES IN A ROW", "NEXT TRY"])
            for breaker in breakers {
                let colour = breaker.state == "closed" ? 32 : breaker.state == "open" ? 31 : 33
                table.add([
                    Terminal.coloured(breaker.state.replacing("_", with: "-"), colour), breaker.componentId.name,
                    breaker.check, "\(breaker.consecutiveFailures)",
                    breaker.openUntil == nil ? "-" : Times.until(breaker.openUntil),
                ])
            }
            return table.text
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close the circuit of one check, or of all checks of a component, so that they run at once.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false
        @Option(help: "Only that of this check.") var check: String?
        @Argument(help: "A component.") var id: String

        func run() async throws {
            try await CommandFailure.telling {
                let id = try ComponentArgument.parse(id)
                let body = ["component": id.name, "check": check].compactMapValues { $0 }
                let answer: OrderDocument = try await options.client().post(
                    "/api/v1/healing/circuit-breakers/reset", body: try JSONOutput.text(body))
                Terminal.say(json ? try JSONOutput.text(answer) : answer.message)
            }
        }
    }
}
