import ArgumentParser
import HaleModel

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show what happened, and with -f what happens.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(name: [.short, .long], help: "Go on showing events as they happen; survives restarts of Hale.") var follow =
        false
    @Option(name: [.customShort("n"), .long], help: "How many past events to show.") var last = 20
    @Option(help: "Only later events than this one.") var after: String?
    @Option(help: "Only events of this component.") var component: String?
    @Flag(help: "Print one JSON document per line.") var json = false

    func validate() throws {
        guard (0...10_000).contains(last) else { throw ValidationError("--last: expected a number from 0 to 10000") }
        guard after.map({ UInt64($0) != nil }) ?? true else {
            throw ValidationError("--after: expected the id of an event")
        }
    }

    func run() async throws {
        try await CommandFailure.telling {
            let client = try options.client()
            let filter = try component.map { "&component=\(try ComponentArgument.parse($0))" } ?? ""
            let start = after.map { "&after=\($0)" } ?? ""
            let page: ListDocument<EventDocument> = try await client.get(
                "/api/v1/healing/events?limit=\(max(last, 1))\(start)\(filter)")
            for event in page.items.suffix(last) { try show(event) }
            if page.items.isEmpty, let component {
                Terminal.complain("hale: there are no events of a component '\(component)'")
            }
            guard follow else { return }
            try await followOn(client, from: page.items.last?.id ?? after ?? "0", filter)
        }
    }

    /// Reconnects when Hale restarts, and goes on after the last event that was shown.
    private func followOn(_ client: DaemonClient, from start: String, _ filter: String) async throws {
        var position = start
        var isLost = false
        while true {
            do {
                let path = "/api/v1/healing/events/stream" + (filter.isEmpty ? "" : "?" + filter.dropFirst())
                try await client.follow(path, after: position) { event in
                    isLost = false
                    position = event.id
                    try show(event)
                }
            } catch is CancellationError {
                return
            } catch let error as DaemonClient.Refused {
                throw error
            } catch {
                if !isLost { Terminal.complain("hale: the connection to Hale is lost; waiting for it to come back") }
                isLost = true
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func show(_ event: EventDocument) throws {
        Terminal.say(json ? try JSONOutput.text(event) : EventLine.text(event))
    }
}
