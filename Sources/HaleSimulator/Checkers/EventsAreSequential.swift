internal import HaleEngine
internal import HaleModel

struct EventsAreSequential: Checker {
    static let promise = "the ids of the events on disk grow one by one: none is lost, none is used twice"
    static let occasions = Occasions.committed

    /// The greatest id of all databases.
    private var greatest = EventID(0)

    mutating func committed(
        _ batch: Batch, after: EventID, _ store: SimulatedStore, _ world: World, _ findings: inout Findings
    ) {
        var last = after
        for event in batch.events {
            // After the loss of a database the ids go on from far above.
            let isSequential =
                event.id.number == last.number + 1 || (event.kind == .storeSetAside && event.id > greatest)
            if !isSequential {
                findings.report(Self.self, "event \(event.id) (\(event.kind.rawValue)) follows event \(last)")
            }
            last = event.id
            greatest = max(greatest, last)
        }
        if let engine = store.contents.engine, engine.lastEvent != store.contents.lastEvent {
            findings.report(
                Self.self, "the engine's record says \(engine.lastEvent), the last event is \(store.contents.lastEvent)"
            )
        }
    }
}
