import HaleModel
import HaleServer
import Synchronization

/// A Hale whose log never ends, and that does nothing else.
final class EndlessBackend: ServerBackend {
    private let pages = Atomic(0)
    private static let text = String(repeating: "x", count: 8_192)

    /// How many pages of the log were read.
    var reads: Int { pages.load(ordering: .relaxed) }

    var version: String { "0" }
    var view: HealthView { .empty }
    var stall: TimeSpan? { nil }
    var startingReason: String? { nil }
    var eventCounts: [EventKind: UInt64] { [:] }

    func events(_ query: EventQuery) async throws -> [Event] {
        pages.add(1, ordering: .relaxed)
        let start = (query.after?.number ?? 0) + 1
        return (start..<start + UInt64(query.limit)).map {
            Event(
                id: EventID($0), time: .epoch, kind: .change, component: nil, severity: .change, message: Self.text)
        }
    }

    func waitForEvent(after id: EventID) async {}
    func reload(isRehearsal: Bool) async -> ReloadAnswer { .rejected([]) }
    func register(_ registration: ComponentRegistration) async -> RegistrationAnswer { .rejected([]) }
    func unregister(_ id: ComponentID) async -> RegistrationAnswer { .rejected([]) }
    func settings() async -> [SettingDocument] { [] }
    func recoveries(of component: ComponentID?, limit: Int) async throws -> [Intent] { [] }
    func recoveryCounts(of component: ComponentID?) async throws -> [RecoveryCount] { [] }
    func log(of id: ComponentID, instance: Int?, lines: Int) async throws -> [String]? { nil }
    func grant(for token: String) -> Grant? { nil }
    func holds(_ grant: Grant) -> Bool { false }
    func take(_ beats: [Heartbeat]) {}
    func order(_ order: OperatorOrder) async -> OrderAnswer { .accepted("") }
}
