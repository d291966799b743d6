import HaleModel
import HaleMonitor

/// What `hale replay` prints for people.
enum ReplayText {
    /// More differences are only counted.
    private static let maxLines = 40

    static func reproduction(_ document: ReplayDocument) -> String {
        var lines = extent(document)
        let counts = "\(document.inputs) inputs, \(document.decisions) decisions"
        if let difference = document.difference {
            lines += [
                "\(counts) until the first that differs:",
                "  \(difference.time)  \(Terminal.safe(difference.what)), input \(difference.input) of \(difference.file)",
            ]
            lines += versionHint(document)
        } else {
            lines.append("\(counts): reproduced, byte for byte (digest \(document.digest))")
        }
        return lines.joined(separator: "\n")
    }

    static func comparison(_ document: ReplayDocument) -> String {
        var lines = extent(document)
        if let difference = document.difference {
            lines.append(
                "The recorded policy does not decide again what it did, from \(difference.time) on: "
                    + "\(Terminal.safe(difference.what)); the comparison is with what it decides here")
            lines += versionHint(document)
        }
        guard let comparison = document.comparison else { return lines.joined(separator: "\n") }
        lines += ["", table(comparison).text, ""]
        lines += differences(comparison)
        lines += omissions(comparison.omissions)
        return lines.joined(separator: "\n")
    }

    private static func extent(_ document: ReplayDocument) -> [String] {
        let span = TimeSpan.seconds(Int64(document.seconds))
        let files = document.files == 1 ? "1 file" : "\(document.files) files"
        var lines = [
            "recorded from \(document.from ?? "?") to \(document.to ?? "?"): \(span), \(files), "
                + "\(document.restarts) restarts of Hale"
        ]
        if document.gaps > 0 { lines.append("\(document.gaps) times inputs are missing; it goes on with a snapshot") }
        if document.tornBytes > 0 {
            lines.append("\(document.tornBytes) bytes were not completely written when Hale ended, and are left out")
        }
        return lines
    }

    private static func versionHint(_ document: ReplayDocument) -> [String] {
        let others = document.versions.filter { $0 != Monitor.version }
        return others.isEmpty
            ? []
            : [
                "It was recorded by hale \(others.joined(separator: ", ")), this is \(Monitor.version): rules may differ"
            ]
    }

    private static func table(_ comparison: ReplayComparison) -> Table {
        var table = Table(["", "remedies", "held back", "lost", "changes of state", "given up"])
        func cell(_ recorded: Int, _ other: Int) -> String {
            recorded == other ? "\(recorded)" : "\(recorded) → \(other)"
        }
        for component in comparison.components {
            let (recorded, other) = (component.recorded, component.other)
            table.add([
                component.id, cell(recorded.attempts, other.attempts), cell(recorded.suppressed, other.suppressed),
                cell(recorded.losses, other.losses), cell(recorded.stateChanges, other.stateChanges),
                cell(recorded.givenUp, other.givenUp),
            ])
        }
        return table
    }

    private static func differences(_ comparison: ReplayComparison) -> [String] {
        guard !comparison.differences.isEmpty else { return ["Both decide the same."] }
        var lines = ["What only one of them decided (- as recorded, + by \(comparison.policy)):"]
        for line in comparison.differences.prefix(maxLines) {
            lines.append("  \(line.policy == "other" ? "+" : "-") \(line.time)  \(Terminal.safe(line.message))")
        }
        let more = comparison.differences.count - maxLines
        if more > 0 { lines.append("  and \(more) more; --json lists them") }
        if comparison.dropped > 0 { lines.append("  \(comparison.dropped) later events are only counted") }
        return lines
    }

    private static func omissions(_ left: ReplayComparison.Omissions) -> [String] {
        var lines: [String] = []
        for (id, count) in left.unknown.sorted(by: { $0.key < $1.key }) {
            lines.append("\(count) inputs about \(id) are left out: the policy does not have it")
        }
        func say(_ count: Int, _ text: String) { if count > 0 { lines.append("\(count) \(text)") } }
        say(left.assumed, "starts, stops and commands that only this policy ordered are taken to have worked at once")
        say(left.consequences, "inputs are left out that only the recorded policy's own orders led to")
        say(left.unusedResults, "results of checks are left out for which this policy was not asking")
        say(left.repeatedResults, "runs of checks took the result before, because none was recorded in time")
        say(left.unansweredChecks, "runs of checks found nothing recorded, and say nothing")
        say(left.reloads, "changes of the configuration are left out: this policy stays")
        return lines.isEmpty ? [] : [""] + lines
    }
}
