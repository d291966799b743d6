/// One attempt to heal, as the HTTP interface shows it.
public struct RecoveryDocument: Codable, Hashable, Sendable {
    public var id: String
    public var componentId: ComponentID
    public var instance: Int?
    /// What was done, such as `restart`.
    public var action: String
    public var reason: String
    /// Ordered by a person.
    public var manual: Bool
    /// The place on the ladder, from 0, and the attempt on it, from 1.
    public var rung: Int
    public var attempt: Int
    public var started: String
    public var ended: String?
    public var durationMs: Double?
    /// `nil` while it is at work.
    public var outcome: Intent.Outcome?
    public var message: String?

    public init(_ intent: Intent) {
        id = String(intent.id)
        componentId = intent.component
        instance = intent.instance
        action = intent.remedy
        reason = intent.reason
        manual = intent.isManual
        rung = intent.rung
        attempt = intent.number
        started = "\(intent.began)"
        ended = intent.ended.map { "\($0)" }
        durationMs = intent.ended.map { max(0, ($0 - intent.began).milliseconds) }
        outcome = intent.outcome
        message = intent.message
    }
}

/// So many attempts of one remedy at one component ended in one way.
public struct RecoveryCount: Hashable, Sendable {
    public var component: ComponentID
    public var remedy: String
    public var outcome: Intent.Outcome
    public var count: Int
    /// Of all of them together.
    public var duration: TimeSpan

    public init(component: ComponentID, remedy: String, outcome: Intent.Outcome, count: Int, duration: TimeSpan) {
        self.component = component
        self.remedy = remedy
        self.outcome = outcome
        self.count = count
        self.duration = duration
    }
}

/// What remedies came to: `GET …/recovery/stats`. What is still at work does not count.
public struct RecoveryStatsDocument: Codable, Hashable, Sendable {
    public struct Totals: Codable, Hashable, Sendable {
        public var totalRecoveries = 0
        public var successfulRecoveries = 0
        /// Failed, or interrupted by an end of Hale.
        public var failedRecoveries = 0
        /// `nil` before the first.
        public var successRate: Double?
        public var avgDurationMs: Double?

        init(_ counts: [RecoveryCount]) {
            totalRecoveries = counts.reduce(0) { $0 + $1.count }
            successfulRecoveries = counts.filter { $0.outcome == .succeeded }.reduce(0) { $0 + $1.count }
            failedRecoveries = totalRecoveries - successfulRecoveries
            guard totalRecoveries > 0 else { return }
            successRate = Double(successfulRecoveries) / Double(totalRecoveries)
            avgDurationMs = counts.reduce(0) { $0 + $1.duration.milliseconds } / Double(totalRecoveries)
        }
    }

    public var overall: Totals
    public var byAction: [String: Totals]
    public var byComponent: [String: Totals]

    public init(_ counts: [RecoveryCount]) {
        overall = Totals(counts)
        byAction = Dictionary(grouping: counts, by: \.remedy).mapValues(Totals.init)
        byComponent = Dictionary(grouping: counts, by: \.component.name).mapValues(Totals.init)
    }
}
