import ArgumentParser
import HaleModel

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say by which rule a component is what it is, and what happens next and when."
    )

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print JSON.") var json = false
    @Argument(help: "A component.") var id: String

    func run() async throws {
        try await CommandFailure.telling {
            let client = try options.client()
            let id = try ComponentArgument.parse(id)
            let explanation: ExplanationDocument = try await client.get("/api/v1/healing/component/\(id)/explain")
            Terminal.say(json ? try JSONOutput.text(explanation) : text(explanation))
        }
    }

    private func text(_ explanation: ExplanationDocument) -> String {
        var lines = [
            "\(explanation.componentId) is \(Terminal.state(explanation.state)) since \(Times.clock(explanation.since)) (\(Times.since(explanation.since)))"
        ]
        let events = explanation.events.isEmpty ? "" : " [event \(explanation.events.joined(separator: ", "))]"
        lines.append(
            "  by \(explanation.rule.rawValue), \(explanation.ruleSummary): \(Terminal.safe(explanation.evidence))\(events)"
        )
        if !explanation.why.isEmpty {
            lines.append("what is known")
            for line in explanation.why {
                let rule = line.rule.map { "  by \($0.rawValue): \(Terminal.safe(line.evidence ?? ""))" } ?? ""
                lines.append("  \(line.subject): \(Terminal.safe(line.text))\(rule)")
            }
        }
        lines.append("what happens next")
        if explanation.next.isEmpty { lines.append("  nothing is planned") }
        for next in explanation.next {
            let at = next.at.map { "\(Times.clock($0)) (\(Times.until($0)))" } ?? "when it comes"
            let rule = next.rule.map { "  by \($0.rawValue)" } ?? ""
            lines.append("  \(at)  \(Terminal.safe(next.what))\(rule)")
        }
        return lines.joined(separator: "\n")
    }
}
