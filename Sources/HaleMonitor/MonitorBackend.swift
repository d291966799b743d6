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

    var view: HealthView { board.current }
    var stall: TimeSpan? { runner.stall }
    var startingReason: String? { readiness.firstMissing.map { "waiting for \($0)" } }

    func events(_ query: EventQuery) async throws -> [Event] { try await store.events(query) }

    func waitForEvent(after id: EventID) async { await feed.wait(after: id) }

    func reload(isRehearsal: Bool) async -> ReloadAnswer { await reloader.reload(isRehearsal: isRehearsal) }

    func order(_ order: OperatorOrder) async -> OrderAnswer {
        await desk.submit { number in inbox.post(.order(id: number, order)) }
    }
}
