/// Why a component is what it is, what happens next, and when.
public struct Explanation: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var subject: String
        public var text: String
        public var cause: Cause?

        public init(_ subject: String, _ text: String, _ cause: Cause? = nil) {
            self.subject = subject
            self.text = text
            self.cause = cause
        }
    }

    public struct Next: Hashable, Sendable {
        public var what: String
        /// `nil`: when something else happens, not at a time.
        public var at: WallTime?
        public var rule: Rule?

        public init(_ what: String, at: WallTime?, rule: Rule? = nil) {
            self.what = what
            self.at = at
            self.rule = rule
        }
    }

    public var component: ComponentID
    public var state: HealthState
    public var since: WallTime
    public var cause: Cause
    public var lines: [Line]
    public var next: [Next]

    public init(
        component: ComponentID, state: HealthState, since: WallTime, cause: Cause, lines: [Line], next: [Next]
    ) {
        self.component = component
        self.state = state
        self.since = since
        self.cause = cause
        self.lines = lines
        self.next = next
    }
}
