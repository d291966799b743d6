import ArgumentParser
import HaleModel
import HaleMonitor

struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Let the running Hale read its configuration again.",
        discussion: """
            What did not change keeps its state, its history and its processes. A configuration with mistakes changes \
            nothing; then the exit code is 78.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Only show what would change.") var dryRun = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        try await CommandFailure.telling {
            do {
                let document: ReloadDocument = try await options.client().post(
                    "/api/v1/healing/config/reload", body: "{\"dry_run\": \(dryRun)}")
                Terminal.say(json ? try JSONOutput.text(document) : ReloadText(document, isRehearsal: dryRun).text)
            } catch let refused as DaemonClient.Refused where refused.status == 422 {
                let problems = refused.description.split(separator: "\n").map { Terminal.safe(String($0)) }
                throw ConfigurationOptions.complain(problems, nothingWas: "changed")
            }
        }
    }
}

/// What a new configuration changes, as people read it.
struct ReloadText {
    let document: ReloadDocument
    let isRehearsal: Bool

    init(_ document: ReloadDocument, isRehearsal: Bool) {
        self.document = document
        self.isRehearsal = isRehearsal
    }

    var text: String {
        let leftOut = (document.leftOut ?? []).map { Terminal.safe("! a registered component is left out: \($0)") }
        guard !document.changesNothing else { return (["Nothing has changed."] + leftOut).joined(separator: "\n") }
        var lines = document.added.map { "+ \($0)" } + document.removed.map { "- \($0)" }
        for change in document.changed {
            let effect = change.restartsProgram ? "  (its program is restarted)" : ""
            lines.append("~ \(change.componentId)\(effect)")
            lines +=
                change.fields.isEmpty
                ? ["    a value that is not shown"] : change.fields.map { "    \(line($0))" }
        }
        lines += document.settings.map { "~ \(line($0))" }
        lines += document.needsRestart.map { "! \(line($0))  (takes effect when Hale is restarted)" }
        if document.certificateRenewed == true { lines.append("~ server.tls: another certificate") }
        lines += leftOut
        lines.append(isRehearsal ? "Nothing is changed yet; `hale reload` does." : "In force.")
        return lines.joined(separator: "\n")
    }

    private func line(_ field: ReloadDocument.Field) -> String {
        let before = field.before.map(ConfigurationDescription.text) ?? "(none)"
        let after = field.after.map(ConfigurationDescription.text) ?? "(none)"
        return Terminal.safe("\(field.path): \(before) → \(after)")
    }
}
