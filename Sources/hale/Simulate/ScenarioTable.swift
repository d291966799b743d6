import Foundation
import HaleModel

/// What `hale simulate --scenario` prints.
struct ScenarioTable {
    private let document: ScenarioDocument

    init(_ document: ScenarioDocument) { self.document = document }

    var text: String {
        var lines: [String] = []
        for result in document.results {
            guard let timeline = result.timeline else { continue }
            lines += ["\(result.policy):"] + timeline + [""]
        }
        let duration = TimeSpan(seconds: document.seconds)
        let last = document.firstSeed + UInt64(document.runs) - 1
        lines.append(
            document.runs == 1
                ? "\(document.scenario): \(duration), seed \(last)"
                : "\(document.scenario): \(document.runs) runs of \(duration), seeds \(document.firstSeed) to \(last)")
        lines.append("")
        lines.append(table.text)
        for result in document.results {
            for broken in result.broken {
                lines.append("\(result.policy), seed \(broken.seed) broke a promise: \(broken.messages.first ?? "")")
                lines.append("  see it again: \(broken.replay)")
            }
        }
        return lines.joined(separator: "\n")
    }

    private var table: Table {
        var table = Table([
            "", "availability", "outages", "undetected", "detected in", "at most", "back after", "at most", "restarts",
            "false",
        ])
        for result in document.results {
            table.add([result.policy])
            for component in result.components { table.add(row(component)) }
            if result.components.count > 1 { table.add(row(result.all)) }
        }
        return table
    }

    /// Counts are means over the runs, times are medians.
    private func row(_ component: ScenarioDocument.Component) -> [String] {
        [
            "  " + component.id,
            component.availability.map { String(format: "%.3f %%", $0 * 100) } ?? "-",
            perRun(component.outages), perRun(component.undetected),
            span(component.detection?.p50), span(component.detection?.max),
            span(component.recovery?.p50), span(component.recovery?.max),
            perRun(component.restarts), perRun(component.falseRestarts),
        ]
    }

    private func perRun(_ count: Int) -> String {
        document.runs == 1 ? String(count) : String(format: "%.2f", Double(count) / Double(document.runs))
    }

    private func span(_ seconds: Double?) -> String { seconds.map { TimeSpan(seconds: $0).description } ?? "-" }
}
