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
    /// Events since Hale started.
    var eventCounts: [EventKind: UInt64] { get }
    /// Returns when an event after this one is committed, or when the task is cancelled.
    func waitForEvent(after id: EventID) async
    /// Reads the configuration again; a rehearsal only tells what would change.
    /// - Parameter giver: the name of the token with which that is ordered; `nil` where none was needed. Likewise below.
    func reload(isRehearsal: Bool, by giver: String?) async -> ReloadAnswer
    /// Watches a component from here on, and after restarts of Hale.
    func register(_ registration: ComponentRegistration, by giver: String?) async -> RegistrationAnswer
    func unregister(_ id: ComponentID, by giver: String?) async -> RegistrationAnswer
    /// Every value in force; secrets are hidden.
    func settings() async -> [SettingDocument]
    /// The newest attempts to heal, newest first.
    func recoveries(of component: ComponentID?, limit: Int) async throws -> [Intent]
    func recoveryCounts(of component: ComponentID?) async throws -> [RecoveryCount]
    /// The last lines that one instance of its program wrote, or its remedies (`nil`); `nil` where there are none.
    func log(of id: ComponentID, instance: Int?, lines: Int) async throws -> [String]?
    /// Who shows this token; `nil` for one that is not known.
    func bearer(of token: String) -> Bearer?
    /// Whether the bearer's token is still in force.
    func holds(_ bearer: Bearer) -> Bool
    /// Hands heartbeats of components that are known to the engine; never waits.
    func take(_ beats: [Heartbeat])
    /// - Parameter giver: the name of the token with which it is given; `nil` where none was needed.
    func order(_ order: OperatorOrder, by giver: String?) async -> OrderAnswer
}
