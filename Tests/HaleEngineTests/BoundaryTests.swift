import HaleModel
import HaleResilience
import Testing

@testable import HaleEngine

/// Edges at which a slip would show nowhere else; `Scripts/mutate` found them untested.
@Suite("Edges") struct BoundaryTests {
    /// Components of which the first `uncounted` have no weight, all seen well.
    private func harness(_ count: Int, uncounted: Int) -> EngineHarness {
        let components = (0..<count).map { number in
            var policy = ComponentPolicy.watched(
                ComponentID("c\(number)")!, failures: 1, heal: .command(cooldown: .zero, limit: nil))
            policy.weight = number < uncounted ? 0 : 1
            return policy
        }
        var harness = EngineHarness(components, healing: .init(concurrent: 100))
        harness.start()
        for component in components { _ = harness.play("ok", on: component.id) }
        return harness
    }

    private func fail(_ harness: inout EngineHarness, _ numbers: Range<Int>) {
        for number in numbers { _ = harness.play("FAIL", on: ComponentID("c\(number)")!) }
    }

    @Test("What has no weight is neither lost nor counted: no panic, and the system's level stays")
    func weightless() {
        var lost = harness(20, uncounted: 10)
        fail(&lost, 0..<10)
        #expect(!lost.engine.systemView().isPanicking)
        #expect(lost.remedies.count == 10)
        for remedy in lost.remedies {
            lost.send(.remedyFinished(attempt: remedy.attempt, component: remedy.component, .failed("no")))
        }
        #expect(lost.state("c0") == .down)
        #expect(lost.engine.systemView().parts.availability == 1)

        var system = EngineHarness(
            (["c0", "c1"] as [ComponentID]).map { id in
                var policy = ComponentPolicy.watched(id, failures: 1)
                policy.weight = id == "c0" ? 0 : 1
                return policy
            })
        system.start()
        _ = system.play("ok", on: "c1")
        _ = system.play("ok FAIL", on: "c0")
        #expect(system.state("c0") == .down)
        #expect(system.engine.systemView().level == .healthy)

        var few = harness(10, uncounted: 2)
        fail(&few, 2..<8)
        #expect(!few.engine.systemView().isPanicking, "of eight that count")
    }

    @Test("First runs of a few checks are spread over a second")
    func firstRunsAreSpread() {
        var harness = EngineHarness((0..<10).map { .watched(ComponentID("c\($0)")!) })
        harness.start()
        harness.advance(.milliseconds(100))
        #expect(harness.checks.count < 8)
        harness.advance(.milliseconds(900))
        #expect(harness.checks.count == 10)
    }

    @Test("A host's count is kept while anything runs against it")
    func hostCount() {
        var queue = HostQueue()
        let first = queue.enter("one", 0, 0, limit: 2)
        let second = queue.enter("one", 1, 0, limit: 2)
        let left = queue.leave("one")
        let third = queue.enter("one", 2, 0, limit: 2)
        let fourth = queue.enter("one", 3, 0, limit: 2)
        #expect([first, second, third, fourth] == [true, true, true, false])
        #expect(left == nil)
    }

    @Test("A buffer with anything in it is not empty")
    func bufferIsEmpty() {
        let event = Event(
            id: EventID(1), time: .epoch, kind: .haleStarted, component: nil, severity: .info, message: "")
        var buffers = [EffectBuffer](repeating: EffectBuffer(), count: 5)
        buffers[0].prompt = [.finish]
        buffers[1].durable = [(.finish, nil)]
        buffers[2].events = [event]
        buffers[3].records = [.removed("api")]
        buffers[4].changedViews = [0]
        #expect(buffers.allSatisfy { !$0.isEmpty })
        #expect(EffectBuffer().isEmpty)
    }

    @Test("Records wait to be collected for each of four reasons, and are handed out once", arguments: 0..<4)
    func uncollected(reason: Int) {
        let harness = EngineHarness([.watched()])
        var engine = harness.engine
        #expect(!engine.hasUncollectedRecords)
        switch reason {
        case 0: engine.isEngineDirty = true
        case 1: engine.dirty = [0]
        case 2: engine.removed = ["gone"]
        default:
            engine.intents = [
                Intent(
                    id: 1, component: "api", instance: nil, rung: 0, number: 1, remedy: "restart", reason: "down",
                    isManual: false, began: .epoch)
            ]
        }
        #expect(engine.hasUncollectedRecords)
        var effects = EffectBuffer()
        engine.collectRecords(at: harness.now, into: &effects)
        #expect(!effects.records.isEmpty)
        #expect(!engine.hasUncollectedRecords)
    }

    @Test("A ladder that became shorter is climbed no further; what somebody knows stays known")
    func shorterLadder() throws {
        let rungs: [HealPolicy.Rung] = ["one", "two"].map {
            .init(.command([$0], timeout: .seconds(5)), retries: 1, backoff: .init(base: .seconds(1), jitter: 0))
        }
        var harness = EngineHarness([.watched(heal: HealPolicy(rungs: rungs, cooldown: .zero, limit: nil))])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL")
        let first = try #require(harness.remedies.first)
        harness.send(.remedyFinished(attempt: first.attempt, component: "api", .failed("no")))
        harness.advance(.seconds(1))
        #expect(harness.remedies.last?.command == ["two"])
        _ = harness.order(.acknowledge("api", note: "on it"))
        let known = harness.view().acknowledgement
        #expect(known != nil)
        try harness.reconfigure([.watched(heal: HealPolicy(rungs: [rungs[0]], cooldown: .zero, limit: nil))])
        #expect(harness.view().acknowledgement == known)
        let second = try #require(harness.remedies.last)
        harness.send(.remedyFinished(attempt: second.attempt, component: "api", .failed("no")))
        #expect(harness.state() == .failed)
    }

    /// What alone keeps a level of error rates standing until its window is over.
    enum Reported: String, CaseIterable, Sendable {
        case calls, share, critical, latency

        var input: Input {
            switch self {
            case .calls: .operations(.init(component: "api", origin: .errors, succeeded: 0, failed: 100))
            case .share: .heartbeat(Heartbeat(component: "api", metrics: ["error_rate": 0.9]))
            case .critical:
                .operations(.init(component: "api", origin: .errors, succeeded: 0, failed: 0, hasCritical: true))
            case .latency:
                .operations(.init(component: "api", origin: .errors, succeeded: 0, failed: 0, latency: .seconds(2)))
            }
        }
    }

    @Test(
        "What was reported is forgotten when its window is over, and nothing is waited for then",
        arguments: Reported.allCases)
    func forgetsWhatWasReported(_ reported: Reported) {
        let policy = ErrorRatePolicy(slow: .milliseconds(100))
        var harness = EngineHarness([ComponentPolicy(id: "api", errorRate: policy)])
        harness.start()
        harness.send(reported.input)
        #expect([.degraded, .down].contains(harness.state()))
        harness.advance(.seconds(50))
        #expect([.degraded, .down].contains(harness.state()))
        harness.advance(.seconds(20))
        #expect(harness.state() == .unknown)
        #expect(harness.engine.deadlines[harness.engine.components[0].slots.rates] == nil)
    }

    @Test("Only what has neither check, program nor heartbeat has no source")
    func hasNoSource() {
        let policies: [ComponentPolicy] = [
            .init(id: "none"), .init(id: "beats", heartbeat: .init()), .program("runs"),
        ]
        let harness = EngineHarness(policies)
        let words = harness.engine.components.map(\.levelCause.evidence)
        #expect(words == ["has no source", "nothing heard yet", "nothing heard yet"])
        #expect(EngineHarness([.watched()]).engine.components[0].hasSource)
    }

    @Test("Of an exit and a failing check at once, the exit is told")
    func exitBeforeCheck() {
        let api = ComponentPolicy.watched(failures: 1, heal: .supervision, program: .init())
        var harness = EngineHarness([api], healing: .init(mode: .observe))
        harness.start()
        harness.obey()
        #expect(harness.play("ok FAIL") == "healthy down")
        #expect(harness.view().cause.rule != .s6)
        harness.exit(code: 7)
        #expect(harness.view().cause.evidence.contains("exit code 7"))
    }

    @Test("A check without a limit of slowness is as good as its answer, whoever asks")
    func noLimitOfSlowness() throws {
        var harness = EngineHarness([.watched()])
        harness.start()
        _ = harness.play("ok")
        _ = harness.order(.check("api"))
        harness.answer(try harness.takeCheck(), .healthy, latency: .seconds(4))
        guard case .checked(let checked)? = harness.answers.values.first else {
            return #expect(Bool(false), "\(harness.answers)")
        }
        #expect(checked.map(\.result.status) == [.healthy])
    }

    @Test("A check that waits for its host goes on waiting, whoever asks for it")
    func forcedWhileWaiting() throws {
        var policies = ["c0", "c1"].map { ComponentPolicy.watched(ComponentID($0)!) }
        for index in policies.indices { policies[index].checks[0].host = "one" }
        var harness = EngineHarness(policies, checksPerHost: 1)
        harness.start()
        harness.advance(.seconds(1))
        let running = try #require(harness.checks.first)
        #expect(harness.checks.count == 1)
        let waiting: ComponentID = running.component == "c0" ? "c1" : "c0"
        _ = harness.order(.check(waiting))
        #expect(harness.checks.count == 1)
        harness.answer(running, .healthy)
        #expect(harness.checks.map(\.component) == [running.component, waiting])
    }

    @Test("The pause before the next attempt is that of its own rung", arguments: [false, true])
    func pauseOfTheRung(afterRelapse: Bool) throws {
        let rungs: [HealPolicy.Rung] = [("one", TimeSpan.seconds(1)), ("two", .minutes(2))].map { name, base in
            .init(.command([name], timeout: .seconds(5)), retries: 2, backoff: .init(base: base, jitter: 0))
        }
        var harness = EngineHarness([.watched(heal: HealPolicy(rungs: rungs, cooldown: .zero, limit: nil))])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL")
        let first = try #require(harness.remedies.first)
        let outcome: RemedyOutcome = afterRelapse ? .done : .failed("no")
        harness.send(.remedyFinished(attempt: first.attempt, component: "api", outcome))
        if afterRelapse {
            harness.advance(.seconds(3))
            #expect(harness.play("ok ok ok FAIL FAIL").hasSuffix("healthy degraded unhealthy"))
            _ = harness.play("FAIL")
        }
        harness.pauseChecks(of: "api")
        harness.advance(.seconds(3))
        #expect(harness.remedies.map(\.command) == [["one"], ["one"]])
    }

    @Test("Remedies are forgotten an hour after they finished, the last one too")
    func forgottenRemedies() {
        var tally = RecoveryTally()
        tally.record(worked: true, at: .zero)
        tally.record(worked: false, at: .zero + .minutes(30))
        #expect(tally.counts(at: .zero + .minutes(59)) == (2, 1))
        tally.forget(at: .zero + .hours(1))
        #expect(tally.counts(at: .zero + .hours(1)) == (1, 0))
        tally.forget(at: .zero + .hours(3))
        #expect(tally.counts(at: .zero + .hours(3)) == (0, 0))
        for second in 0..<3_000 { tally.record(worked: true, at: .zero + .hours(4) + .seconds(Int64(second) * 2)) }
        #expect(tally.counts(at: .zero + .hours(4) + .seconds(5_998)) == (1_800, 1_800))
    }

    @Test("A latency of zero is no measure of slowness")
    func latencyOfZero() throws {
        var harness = EngineHarness([.watched(startPeriod: .zero)])
        harness.start()
        for status in [HealthStatus.healthy, .critical, .healthy, .healthy] {
            harness.answer(try harness.takeCheck(), status, latency: .zero)
        }
        #expect(harness.state() == .healthy)
        let score = try #require(harness.view().healthScore)
        #expect(abs(score - (0.5 + 0.3 * 0.75) / 0.8) < 1e-9)
    }
}
