import ArgumentParser
import HaleModel

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how everything is, or one component.",
        discussion:
            "Exit code: 0 healthy, 1 degraded, 2 unhealthy or worse, 3 unknown or no daemon (as monitoring plugins have it)."
    )

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print the JSON document of the HTTP interface.") var json = false
    @Argument(help: "A component.") var id: String?

    func run() async throws {
        let level: HealthStatus? = try await CommandFailure.telling(refusal: CommandFailure.unknown) {
            let client = try options.client()
            if let id { return try await showOne(client, try ComponentArgument.parse(id)) }
            return try await showAll(client)
        }
        switch level {
        case .healthy: break
        case .degraded: throw ExitCode(1)
        case .unhealthy, .critical: throw ExitCode(2)
        case nil: throw ExitCode(3)
        }
    }

    private func showAll(_ client: DaemonClient) async throws -> HealthStatus? {
        let status: StatusDocument = try await client.get("/status")
        if json {
            Terminal.say(try JSONOutput.text(status))
            return status.level
        }
        if let trouble = status.storeTrouble { Terminal.say("The store can't be written: \(trouble)\n") }
        if let since = status.monitoring.stoppedAt {
            Terminal.say("Monitoring is stopped since \(Times.clock(since)): `hale monitoring start` starts it.\n")
        }
        if status.panic { Terminal.say("Too much is down at once: remedies have stopped (H4).\n") }
        if status.selfDoubt { Terminal.say("Hale has lost its own network: remote checks say nothing (C10).\n") }
        var table = Table(["STATE", "COMPONENT", "SINCE", "CHECKS", "LATENCY", "RESTARTS", "NEXT", "MESSAGE"])
        for component in status.components { table.add(row(component)) }
        Terminal.say(table.text)
        return status.level
    }

    private func row(_ component: ComponentDocument) -> [String] {
        let success = component.successRate.map { "\(Int(($0 * 100).rounded())) %" } ?? "-"
        let latency = component.latencyMs.map { "\(Self.milliseconds($0.p50))" } ?? "-"
        let tags =
            component.tags.map { " [\($0.rawValue)]" }.joined() + (component.acknowledgement == nil ? "" : " [acked]")
        return [
            Terminal.state(component.state), component.componentId.name + tags, Times.since(component.since), success,
            latency,
            String(component.restartCount), next(component), Terminal.safe(component.message),
        ]
    }

    private func next(_ component: ComponentDocument) -> String {
        if let at = component.heal?.nextAttempt { return "heal \(Times.until(at))" }
        if component.heal?.phase == HealView.Phase.acting.rawValue { return "heal: at work" }
        return component.nextCheck.map { "check \(Times.until($0))" } ?? "-"
    }

    static func milliseconds(_ value: Double) -> String {
        value < 10 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value.rounded())) ms"
    }

    private func showOne(_ client: DaemonClient, _ id: ComponentID) async throws -> HealthStatus? {
        let component: ComponentDocument = try await client.get("/api/v1/healing/component/\(id)")
        if json {
            Terminal.say(try JSONOutput.text(component))
        } else {
            describe(component)
        }
        return component.state.status
    }

    private func describe(_ component: ComponentDocument) {
        let tags = component.tags.map { " [\($0.rawValue)]" }.joined()
        Terminal.say(
            "\(component.componentId)\(tags)  \(Terminal.state(component.state)) for \(Times.since(component.since))")
        Terminal.say(
            "  because    \(component.rule.rawValue), \(component.rule.summary): \(Terminal.safe(component.evidence))")
        describeHolds(component)
        if !component.blockedBy.isEmpty {
            Terminal.say("  blocked by \(component.blockedBy.map(\.name).joined(separator: ", "))")
        }
        if !component.dependsOn.isEmpty {
            Terminal.say("  depends on \(component.dependsOn.map(\.name).joined(separator: ", "))")
        }
        for check in component.checks {
            let latency =
                check.latencyMs.map { ", p50 \(Self.milliseconds($0.p50)), p95 \(Self.milliseconds($0.p95))" } ?? ""
            let failures = check.consecutiveFailures > 0 ? ", \(check.consecutiveFailures) failed in a row" : ""
            Terminal.say(
                "  check      \(check.name): \(check.level.rawValue), \(Terminal.safe(check.message ?? "no result yet"))\(latency)\(failures), circuit \(check.circuitBreakerState)"
            )
        }
        if let heartbeat = component.heartbeat {
            let last = heartbeat.last.map { "last \(Times.since($0)) ago" } ?? "none yet"
            Terminal.say("  heartbeat  \(heartbeat.level.rawValue), \(last), \(Terminal.safe(heartbeat.evidence))")
        }
        for process in component.processes {
            let pid = process.pid.map { " \($0)" } ?? ""
            let exit = process.lastExit.map { ", last exit: \(Terminal.safe($0))" } ?? ""
            Terminal.say(
                "  process    \(process.instance): \(process.phase)\(pid), \(process.restarts) restarts\(exit)")
        }
        if let heal = component.heal {
            let at = heal.nextAttempt.map { ", next \(Times.until($0))" } ?? ""
            Terminal.say(
                "  healing    \(heal.phase), \(heal.attempts) of \(heal.retries) attempts used, step \(heal.rung + 1) of \(heal.rungs)\(at)"
            )
        }
    }
}

extension StatusCommand {
    /// What people have told Hale about it.
    private func describeHolds(_ component: ComponentDocument) {
        if component.tags.contains(.paused) {
            Terminal.say("  paused     until `hale resume \(component.componentId)`")
        }
        if component.tags.contains(.maintenance) {
            let end = component.heldUntil.map { "ends \(Times.until($0))" }
            Terminal.say("  maintained \(end ?? "until `hale resume \(component.componentId)`")")
        }
        if let note = component.acknowledgement {
            Terminal.say("  acked      \(note.isEmpty ? "somebody knows" : Terminal.safe(note))")
        }
        if let until = component.silencedUntil { Terminal.say("  silenced   ends \(Times.until(until))") }
    }
}

/// A component id from the command line.
enum ComponentArgument {
    static func parse(_ text: String) throws -> ComponentID {
        guard let id = ComponentID(text) else {
            throw DaemonClient.Refused(
                description: "'\(text)' is not a component id (letters, digits, '.', '_', '-'; at most 128)")
        }
        return id
    }
}
