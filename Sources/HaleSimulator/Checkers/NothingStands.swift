internal import HaleEngine
internal import HaleModel

/// What the world has to answer for is answered, or taken as lost.
struct NothingStands: Checker {
    static let promise = "no attempt and no start or stop of a program stays under way for ever"
    static let occasions = Occasions.handled

    private struct Subject: Hashable {
        var place: Int
        var index: Int
        var isAttempt: Bool
    }

    private struct Standing {
        var token: UInt64
        var since: Instant
    }

    private var policies: [ComponentPolicy] = []
    private var standing: [Subject: Standing] = [:]
    private var patience: [TimeSpan] = []
    private var steps = 0

    mutating func haleStarts(_ policies: [ComponentPolicy], _ store: SimulatedStore, _ world: World) {
        self.policies = policies
        standing.removeAll()
        patience = policies.map(LivenessBound.attempt)
    }

    mutating func handled(
        _ step: Step, _ buffer: EffectBuffer, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        steps += 1
        // While Hale itself stood still, nothing could move.
        if step.events(buffer).contains(where: { $0.kind == .haleStalled }) { standing.removeAll() }
        guard !policies.isEmpty, steps % 8 == 0, !engine.isShuttingDown else { return }
        look(at: steps / 8 % policies.count, step, engine, world, &findings)
    }

    private mutating func look(
        at place: Int, _ step: Step, _ engine: Engine, _ world: World, _ findings: inout Findings
    ) {
        for (number, process) in engine.processes(at: place).enumerated() {
            let subject = Subject(place: place, index: number, isAttempt: false)
            let token: UInt64? =
                switch process.phase {
                case .spawning: process.launch * 2
                case .stopping: process.launch * 2 + 1
                case .idle, .running, .exited: nil
                }
            let limit = (policies[place].program?.stopTimeout ?? .zero) + .minutes(3)
            watch(subject, token, limit, world.time, &findings) { "process \(number) stays \(process.phase)" }
        }
        for (index, track) in engine.tracks(at: place).enumerated() {
            let subject = Subject(place: place, index: index, isAttempt: true)
            let attempt: HealAttempt? =
                switch track.phase {
                case .acting(let attempt), .proving(let attempt): attempt
                case .idle, .waiting, .gaveUp, .relieved: nil
                }
            watch(subject, attempt?.intent.id, patience[place], step.at.boot, &findings) {
                "attempt stays \(track.phase)"
            }
        }
    }

    private mutating func watch(
        _ subject: Subject, _ token: UInt64?, _ limit: TimeSpan, _ now: Instant, _ findings: inout Findings,
        _ text: () -> String
    ) {
        guard let token else {
            if !standing.isEmpty { standing[subject] = nil }
            return
        }
        guard let present = standing[subject], present.token == token else {
            standing[subject] = Standing(token: token, since: now)
            return
        }
        guard now - present.since > limit else { return }
        findings.report(Self.self, "\(policies[subject.place].id): for \(now - present.since), \(text())")
    }
}
