/// Why something is as it is: the rule that decided, what it saw, and the events that tell the story.
public struct Cause: Hashable, Codable, Sendable {
    public var rule: Rule
    public var evidence: String
    public var events: [EventID]

    public init(_ rule: Rule, _ evidence: String, events: [EventID] = []) {
        self.rule = rule
        self.evidence = evidence
        self.events = events
    }
}

extension Cause: CustomStringConvertible {
    public var description: String { "\(rule.rawValue) (\(evidence))" }
}
