package import HaleModel

/// What the server shows and to whom it hands orders.
package protocol ServerBackend: Sendable {
    var version: String { get }
    /// What readers see; never waits.
    var view: HealthView { get }
    /// Set while the engine stands still, with how long it does.
    var stall: TimeSpan? { get }
    /// Set until everything is loaded, opened and scheduled.
    var startingReason: String? { get }
    func events(_ query: EventQuery) async throws -> [Event]
    /// Returns when an event after this one is committed, or when the task is cancelled.
    func waitForEvent(after id: EventID) async
    /// Reads the configuration again; a rehearsal only tells what would change.
    func reload(isRehearsal: Bool) async -> ReloadAnswer
    func order(_ order: OperatorOrder) async -> OrderAnswer
}
