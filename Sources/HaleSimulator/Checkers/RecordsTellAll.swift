internal import HaleEngine
internal import HaleModel

struct RecordsTellAll: Checker {
    static let promise = "what healing and supervision know is in the records handed out, after every batch"
    static let occasions = Occasions.collected

    /// What is compared of a record.
    private struct Told {
        let state: HealthState
        let isStopped: Bool
        let tracks: [HealTrack]
        let processes: [ProcessState]
        let hold: Hold?

        init(_ record: ComponentRecord) {
            state = record.state
            isStopped = record.isStopped
            tracks = record.tracks
            processes = record.processes
            hold = record.hold
        }
    }

    private var ids: [ComponentID] = []
    private var places: [ComponentID: Int] = [:]
    private var latest: [Told?] = []

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        ids = policies.map(\.id)
        places = Dictionary(uniqueKeysWithValues: policies.enumerated().map { ($1.id, $0) })
        latest = ids.map { store.contents.components[$0].map(Told.init) }
    }

    mutating func collected(_ records: [Record], _ places: [Int], _ engine: Engine, _ findings: inout Findings) {
        for case .component(let record) in records {
            if let place = self.places[record.id] { latest[place] = Told(record) }
        }
        for place in places {
            guard let told = latest[place] else {
                findings.report(Self.self, "\(ids[place]) has no record")
                continue
            }
            guard let difference = difference(told, engine, place) else { continue }
            findings.report(
                Self.self, "\(ids[place]) changed (\(difference)), and no record was handed out")
        }
    }

    private func difference(_ told: Told, _ engine: Engine, _ place: Int) -> String? {
        if told.state != engine.state(at: place) { return "state" }
        if told.isStopped != engine.isStopped(at: place) { return "stopped" }
        if told.hold != engine.hold(at: place) { return "hold" }
        if told.tracks != engine.tracks(at: place) { return "healing" }
        return told.processes != engine.processes(at: place) ? "processes" : nil
    }
}
