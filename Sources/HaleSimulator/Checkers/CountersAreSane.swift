internal import HaleEngine
internal import HaleModel

struct CountersAreSane: Checker {
    static let promise = "attempts stay within the ladder, launches and totals only grow"
    static let occasions = Occasions.collected

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
            let processes = engine.processes(at: place)
            for number in processes.indices {
                let launch = processes[number].launch
                if launch < launches[place][number] {
                    findings.report(
                        Self.self,
                        "\(policies[place].id).\(number): launch \(launch) after \(launches[place][number])")
                }
                launches[place][number] = launch
            }
            for index in totals[place].indices {
                let (total, failures) = engine.counts(at: place, check: index)
                if total < totals[place][index] || failures > total {
                    findings.report(
                        Self.self,
                        "\(policies[place].id): \(failures) of \(total) failed, total was \(totals[place][index])")
                }
                totals[place][index] = total
            }
            let tracks = engine.tracks(at: place)
            for index in tracks.indices where tracks[index].hasCounted { look(at: tracks[index], place, &findings) }
        }
    }

    private func look(at track: HealTrack, _ place: Int, _ findings: inout Findings) {
        let id = policies[place].id
        guard let heal = policies[place].heal, heal.rungs.indices.contains(track.rung) else {
            return findings.report(
                Self.self, "\(id): rung \(track.rung) of \(policies[place].heal?.rungs.count ?? 0)")
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

extension HealTrack {
    fileprivate var hasCounted: Bool { attempts != 0 || rung != 0 || !stamps.isEmpty }
}
