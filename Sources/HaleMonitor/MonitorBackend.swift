import HaleEngine
import HaleModel
import HaleServer
import HaleStore

/// What the server sees of a running monitor.
struct MonitorBackend: ServerBackend {
    let version: String
    let board: ViewBoard
    let feed: EventFeed
    let store: Store
    let inbox: Inbox
    let desk: OrderDesk
    let runner: EngineRunner
    let readiness: Readiness
    let reloader: Reloader
    let tokens: TokenBook
    let dataDirectory: String

    var view: HealthView { board.current }
    var stall: TimeSpan? { runner.stall }
    var startingReason: String? { readiness.firstMissing.map { "waiting for \($0)" } }

    func events(_ query: EventQuery) async throws -> [Event] { try await store.events(query) }

    var eventCounts: [EventKind: UInt64] { feed.counts }

    func waitForEvent(after id: EventID) async { await feed.wait(after: id) }

    func reload(isRehearsal: Bool, by giver: String?) async -> ReloadAnswer {
        await reloader.reload(isRehearsal: isRehearsal, by: giver)
    }

    func register(_ registration: ComponentRegistration, by giver: String?) async -> RegistrationAnswer {
        await reloader.register(registration, by: giver)
    }

    func unregister(_ id: ComponentID, by giver: String?) async -> RegistrationAnswer {
        await reloader.unregister(id, by: giver)
    }

    func settings() async -> [SettingDocument] {
        await reloader.effective.entries.map {
            SettingDocument(path: $0.path, value: $0.value, origin: "\($0.origin)")
        }
    }

    func recoveries(of component: ComponentID?, limit: Int) async throws -> [Intent] {
        try await store.recoveries(of: component, limit: limit)
    }

    func recoveryCounts(of component: ComponentID?) async throws -> [RecoveryCount] {
        try await store.recoveryCounts(of: component)
    }

    @concurrent func log(of id: ComponentID, instance: Int?, lines: Int) async throws -> [String]? {
        let writer = instance.map(LogFile.Writer.program) ?? .remedies
        return try LogFile(dataDirectory: dataDirectory, of: id, writer).lastLines(lines)
    }

    func bearer(of token: String) -> Bearer? { tokens.bearer(of: token) }

    func holds(_ bearer: Bearer) -> Bool { tokens.holds(bearer) }

    func take(_ beats: [Heartbeat]) {
        for beat in beats { inbox.post(.heartbeat(beat)) }
    }

    func order(_ order: OperatorOrder, by giver: String?) async -> OrderAnswer {
        await desk.submit { number in inbox.post(.order(id: number, order, by: giver)) }
    }
}
