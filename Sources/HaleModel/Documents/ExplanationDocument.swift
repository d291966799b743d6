/// Why a component is what it is, as the HTTP interface shows it.
public struct ExplanationDocument: Codable, Hashable, Sendable {
    public struct Line: Codable, Hashable, Sendable {
        public var subject: String
        public var text: String
        public var rule: Rule?
        public var evidence: String?
        public var events: [String]?
    }

    public struct Next: Codable, Hashable, Sendable {
        public var what: String
        public var at: String?
        public var rule: Rule?
    }

    public var componentId: ComponentID
    public var state: HealthState
    public var since: String
    public var rule: Rule
    public var ruleSummary: String
    public var evidence: String
    public var events: [String]
    public var why: [Line]
    public var next: [Next]

    public init(_ explanation: Explanation) {
        componentId = explanation.component
        state = explanation.state
        since = "\(explanation.since)"
        rule = explanation.cause.rule
        ruleSummary = explanation.cause.rule.summary
        evidence = explanation.cause.evidence
        events = explanation.cause.events.map { "\($0)" }
        why = explanation.lines.map {
            Line(
                subject: $0.subject, text: $0.text, rule: $0.cause?.rule, evidence: $0.cause?.evidence,
                events: $0.cause?.events.map { "\($0)" })
        }
        next = explanation.next.map { Next(what: $0.what, at: $0.at.map { "\($0)" }, rule: $0.rule) }
    }
}
