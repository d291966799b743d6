internal import HaleEngine
internal import HaleModel

struct OneAttemptAtATime: Checker {
    static let promise = "attempts of one component never work against each other, and each ends once"
    static let occasions = Occasions.collected

    private var policies: [ComponentPolicy] = []
    private var open: [UInt64: ComponentID] = [:]
    /// Interrupted by the end of Hale: evidence may decide on them once more.
    private var interrupted: Set<UInt64> = []

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        self.policies = policies
        open.removeAll()
        for record in store.contents.components.values {
            for track in record.tracks {
                switch track.phase {
                case .acting(let attempt), .proving(let attempt): open[attempt.intent.id] = record.id
                case .idle, .waiting, .gaveUp, .relieved: break
                }
            }
        }
    }

    mutating func collected(_ records: [Record], _ places: [Int], _ engine: Engine, _ findings: inout Findings) {
        for case .intent(let intent) in records {
            if intent.outcome == nil {
                if open.updateValue(intent.component, forKey: intent.id) != nil {
                    findings.report(Self.self, "attempt \(intent.id) of \(intent.component) begins twice")
                }
                continue
            }
            if open.removeValue(forKey: intent.id) != nil {
                if intent.outcome == .interrupted { interrupted.insert(intent.id) }
            } else if interrupted.remove(intent.id) == nil {
                findings.report(Self.self, "attempt \(intent.id) of \(intent.component) ends and was not open")
            }
        }
        for place in places {
            let tracks = engine.tracks(at: place)
            guard tracks.count > 1, case .acting(let whole) = tracks[0].phase else { continue }
            for track in tracks.dropFirst() {
                if case .acting(let attempt) = track.phase {
                    findings.report(
                        Self.self,
                        "\(policies[place].id): attempts \(whole.intent.id) and \(attempt.intent.id) act at once")
                }
            }
        }
        if open.count > policies.count * 8 { findings.report(Self.self, "\(open.count) attempts are open") }
    }
}
