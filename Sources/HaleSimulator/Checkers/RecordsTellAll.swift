internal import HaleEngine
internal import HaleModel

struct RecordsTellAll: Checker {
    static let promise = "what healing and supervision know is in the records handed out, after every batch"

    private var policies: [ComponentPolicy] = []
    private var places: [ComponentID: Int] = [:]
    private var latest: [ComponentRecord?] = []

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        self.policies = policies
        places = Dictionary(uniqueKeysWithValues: policies.enumerated().map { ($1.id, $0) })
        latest = policies.map { store.contents.components[$0.id] }
    }

    mutating func collected(_ records: [Record], _ places: [Int], _ engine: Engine, _ findings: inout Findings) {
        for case .component(let record) in records {
            if let place = self.places[record.id] { latest[place] = record }
        }
        for place in places {
            guard let record = latest[place] else {
                findings.report(Self.self, "\(policies[place].id) has no record")
                continue
            }
            let isSame =
                record.state == engine.state(at: place) && record.isStopped == engine.isStopped(at: place)
                && record.tracks == engine.tracks(at: place) && record.processes == engine.processes(at: place)
                && record.hold == engine.hold(at: place)
            if !isSame {
                findings.report(
                    Self.self,
                    "\(policies[place].id) changed (\(difference(record, engine, place))), and no record was handed out"
                )
            }
        }
    }

    private func difference(_ record: ComponentRecord, _ engine: Engine, _ place: Int) -> String {
        if record.state != engine.state(at: place) { return "state" }
        if record.isStopped != engine.isStopped(at: place) { return "stopped" }
        if record.hold != engine.hold(at: place) { return "hold" }
        return record.tracks != engine.tracks(at: place) ? "healing" : "processes"
    }
}
