internal import HaleEngine
internal import HaleModel

struct CountersAreSane: Checker {
    static let promise = "attempts stay within the ladder, launches and totals only grow"

    private var policies: [ComponentPolicy] = []
    private var launches: [[UInt64]] = []
    private var totals: [[UInt64]] = []

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        self.policies = policies
        launches = policies.map { Array(repeating: 0, count: $0.program?.instances ?? 0) }
        totals = policies.map { Array(repeating: 0, count: $0.checks.count) }
    }

    mutating func collected(_ records: [Record], _ places: [Int], _ engine: Engine, _ findings: inout Findings) {
        for place in places {
            let id = policies[place].id
            for (number, process) in engine.processes(at: place).enumerated() {
                if process.launch < launches[place][number] {
                    findings.report(
                        Self.self, "\(id).\(number): launch \(process.launch) after \(launches[place][number])")
                }
                launches[place][number] = process.launch
            }
            for index in totals[place].indices {
                let (total, failures) = engine.counts(at: place, check: index)
                if total < totals[place][index] || failures > total {
                    findings.report(
                        Self.self, "\(id): \(failures) of \(total) failed, total was \(totals[place][index])")
                }
                totals[place][index] = total
            }
            guard let heal = policies[place].heal else { continue }
            for track in engine.tracks(at: place) {
                guard heal.rungs.indices.contains(track.rung) else {
                    findings.report(Self.self, "\(id): rung \(track.rung) of \(heal.rungs.count)")
                    continue
                }
                if track.attempts > heal.rungs[track.rung].retries {
                    findings.report(
                        Self.self, "\(id): \(track.attempts) attempts on a rung of \(heal.rungs[track.rung].retries)")
                }
                if track.stamps.count > (heal.limit?.count ?? 0) {
                    findings.report(Self.self, "\(id): \(track.stamps.count) stamps")
                }
            }
        }
    }
}
