package import HaleModel

/// What is committed in one transaction.
package struct StoreBatch: Sendable {
    package var records: [StoredRecord]
    package var intents: [Intent]
    package var events: [Event]
    /// Whether the commit has to survive the loss of power, and not only of the process.
    package var survivesPowerLoss: Bool

    package init(
        records: [StoredRecord] = [], intents: [Intent] = [], events: [Event] = [], survivesPowerLoss: Bool = false
    ) {
        self.records = records
        self.intents = intents
        self.events = events
        self.survivesPowerLoss = survivesPowerLoss
    }

    package var isEmpty: Bool { records.isEmpty && intents.isEmpty && events.isEmpty }
}
