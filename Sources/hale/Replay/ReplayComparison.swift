import HaleModel
import HaleSimulator

/// What another policy would have decided, beside what was.
struct ReplayComparison: Encodable {
    struct Tally: Encodable {
        var attempts: Int
        var suppressed: Int
        var losses: Int
        var stateChanges: Int
        var givenUp: Int
        var events: Int

        init(_ tally: PolicyTally) {
            attempts = tally.attempts
            suppressed = tally.suppressed
            losses = tally.losses
            stateChanges = tally.stateChanges
            givenUp = tally.givenUp
            events = tally.events
        }
    }

    struct Component: Encodable {
        var id: String
        var recorded: Tally
        var other: Tally
        var differs: Bool
    }

    /// One thing that only one of the two policies decided, or at another time.
    struct Line: Encodable {
        var time: String
        /// `recorded` or `other`.
        var policy: String
        var kind: EventKind
        var componentId: ComponentID?
        var message: String
    }

    struct Omissions: Encodable {
        /// Inputs about components that the policy does not have, by component.
        var unknown: [String: Int]
        var unusedResults: Int
        var repeatedResults: Int
        var unansweredChecks: Int
        var consequences: Int
        var assumed: Int
        var reloads: Int
        var gaps: Int
    }

    var policy: String
    var components: [Component]
    var differences: [Line]
    /// More differences than are listed, because there were too many events to keep.
    var dropped: Int
    var omissions: Omissions

    init(_ rehearsal: Rehearsal, policy: String) {
        self.policy = policy
        components = rehearsal.tallies.keys.sorted().compactMap { id in
            rehearsal.tallies[id].map {
                Component(
                    id: id.name, recorded: Tally($0.actual), other: Tally($0.other), differs: $0.actual != $0.other)
            }
        }
        differences = Self.differences(rehearsal.healing.entries)
        dropped = rehearsal.healing.dropped
        let left = rehearsal.omissions
        omissions = Omissions(
            unknown: Dictionary(left.unknown.map { ($0.key.name, $0.value) }) { $0 + $1 },
            unusedResults: left.unusedResults, repeatedResults: left.repeatedResults,
            unansweredChecks: left.unansweredChecks, consequences: left.consequences, assumed: left.assumed,
            reloads: left.reloads, gaps: left.gaps)
    }

    /// The same of the same component within the same second is no difference.
    private static func differences(_ entries: [PolicyTally.Attempts.Entry]) -> [Line] {
        struct Key: Hashable {
            var component: ComponentID?
            var kind: EventKind
            var message: String
            var second: Int64
        }
        func key(_ event: Event) -> Key {
            Key(
                component: event.component, kind: event.kind, message: event.message,
                second: event.time.nanoseconds / 1_000_000_000)
        }
        var balance: [Key: Int] = [:]
        for entry in entries { balance[key(entry.event), default: 0] += entry.isOther ? 1 : -1 }
        var lines: [(time: WallTime, line: Line)] = []
        for entry in entries {
            let left = balance[key(entry.event), default: 0]
            guard entry.isOther ? left > 0 : left < 0 else { continue }
            balance[key(entry.event)] = left - (entry.isOther ? 1 : -1)
            let event = entry.event
            lines.append(
                (
                    event.time,
                    Line(
                        time: "\(event.time)", policy: entry.isOther ? "other" : "recorded", kind: event.kind,
                        componentId: event.component, message: event.message)
                ))
        }
        return lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element.line)
    }
}
