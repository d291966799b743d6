import HaleModel
import Testing

@testable import HaleEngine

@Suite("Guards over many components")
struct GuardTests {
    private func many(
        _ count: Int, healing: HealingPolicy = .init(), _ change: (inout ComponentPolicy) -> Void = { _ in }
    ) -> EngineHarness {
        let components = (0..<count).map { number in
            var policy = ComponentPolicy.watched(
                ComponentID("c\(number)")!, failures: 1, heal: .command(cooldown: .zero, limit: nil))
            change(&policy)
            return policy
        }
        var harness = EngineHarness(components, healing: healing)
        harness.start()
        for number in 0..<count { _ = harness.play("ok", on: ComponentID("c\(number)")!) }
        return harness
    }

    private func fail(_ harness: inout EngineHarness, _ numbers: Range<Int>) {
        for number in numbers { _ = harness.play("FAIL", on: ComponentID("c\(number)")!) }
    }

    @Test("H4: no more than three remedies at once; the next begins when one is done")
    func budget() {
        var harness = many(5)
        fail(&harness, 0..<5)
        #expect(harness.remedies.count == 3)
        #expect(harness.suppressions() == ["budget", "budget"])
        let first = harness.remedies[0]
        harness.send(.remedyFinished(attempt: first.attempt, component: first.component, .done))
        #expect(harness.remedies.count == 3, "until verifyAfter it is at work")
        harness.advance(.seconds(3))
        #expect(harness.remedies.count == 4)
    }

    @Test("H4: programs whose exit the kernel saw are restarted beyond the budget")
    func exitsBeyondBudget() {
        let programs = (0..<8).map { ComponentPolicy.program(ComponentID("c\($0)")!) }
        var harness = EngineHarness(programs)
        harness.start()
        harness.obey()
        for number in 0..<8 { harness.exit(ComponentID("c\(number)")!) }
        #expect(harness.processes.count == 8)
    }

    @Test("H4: panic with more than half of at least ten down; one event, and remedies go on when it is over")
    func panic() {
        var harness = many(10, healing: .init(concurrent: 100))
        fail(&harness, 0..<5)
        #expect(harness.remedies.count == 5, "half is not more than half")
        fail(&harness, 5..<8)
        #expect(harness.kinds().filter { $0 == .panicBegan }.count == 1)
        #expect(harness.remedies.count == 6, "the sixth began before its loss was counted")
        #expect(harness.suppressions().contains("panic"))
        #expect(harness.engine.systemView().isPanicking)
        for remedy in harness.remedies {
            harness.send(.remedyFinished(attempt: remedy.attempt, component: remedy.component, .done))
        }
        harness.advance(.seconds(4))
        for number in 0..<6 { _ = harness.play("ok ok", on: ComponentID("c\(number)")!) }
        #expect(harness.kinds().contains(.panicEnded))
        #expect(harness.remedies.count == 6, "what is still down is asked first")
        _ = harness.play("ok ok", on: "c6")
        _ = harness.play("FAIL", on: "c7")
        #expect(harness.remedies.count == 7)
        #expect(harness.state("c6") == .healthy)
    }

    @Test("H4: a command needs a place, though a restart that needs none is under way beside it")
    func budgetOfSeveralProcesses() {
        let rungs: [HealPolicy.Rung] = [
            .init(.program, retries: 1), .init(.command(["fix"], timeout: .seconds(60))),
        ]
        let heal = HealPolicy(rungs: rungs, cooldown: .zero, limit: nil)
        var harness = EngineHarness(
            [
                .watched("web", failures: 1, heal: .command(limit: nil)),
                .program("api", .init(instances: 2), heal: heal),
            ],
            healing: .init(concurrent: 1))
        harness.start()
        harness.obey()
        _ = harness.play("ok", on: "web")
        harness.exit("api", 1)
        harness.obey()
        harness.advance(.seconds(30))
        _ = harness.play("FAIL", on: "web")
        #expect(harness.remedies.count == 1)
        harness.exit("api", 0)
        harness.exit("api", 1)
        harness.advance(.seconds(10))
        #expect(harness.remedies.map(\.component) == ["web"])
        #expect(harness.suppressions().contains("budget"))
    }

    @Test("H4: a panic outlives Hale: nothing is healed at its start either")
    func panicAtStart() {
        var harness = many(10, healing: .init(concurrent: 100))
        fail(&harness, 0..<8)
        #expect(harness.engine.systemView().isPanicking)
        let before = harness.remedies.count
        harness.restart(after: .seconds(5))
        #expect(harness.engine.systemView().isPanicking)
        #expect(harness.remedies.count == before)
    }

    @Test("H4: fewer than ten components know no panic")
    func fewNoPanic() {
        var harness = many(9, healing: .init(concurrent: 100))
        fail(&harness, 0..<9)
        #expect(harness.remedies.count == 9)
    }

    @Test("H6: members of a group are healed one at a time")
    func group() {
        var harness = many(3) { $0.group = GroupPolicy("web") }
        fail(&harness, 0..<3)
        #expect(harness.remedies.count == 1)
        #expect(harness.suppressions() == ["group", "group"])
        let first = harness.remedies[0]
        harness.send(.remedyFinished(attempt: first.attempt, component: first.component, .failed("no")))
        #expect(harness.remedies.count == 2, "another one's turn")
    }

    @Test("H7: what somebody else owns is not touched")
    func owner() {
        var harness = many(1)
        harness.send(.ownership(component: "c0", owner: "systemd"))
        fail(&harness, 0..<1)
        #expect(harness.remedies.isEmpty)
        #expect(harness.suppressions() == ["owner"])
        guard case .refused = harness.order(.heal("c0")) else { return #expect(Bool(false)) }
        harness.send(.ownership(component: "c0", owner: nil))
        #expect(harness.remedies.count == 1)
    }

    @Test("H10: observing decides and says everything, and touches nothing")
    func observe() {
        var harness = many(1, healing: .init(mode: .observe))
        fail(&harness, 0..<1)
        harness.advance(.hours(2))
        #expect(harness.remedies.isEmpty && harness.intents.isEmpty)
        let told = harness.events.filter { $0.kind == .healSuppressed }.map(\.message)
        #expect(told.first?.contains("would have done: command fix, attempt 1") == true)
        #expect(told.count { $0.contains("would have done") } == 5, "as often as the ladder allows")
        #expect(told.last?.contains("would give up") == true)
        #expect(harness.state("c0") == .down)
    }

    @Test("H10: with automatic healing off, only a person heals")
    func automaticOff() {
        var harness = many(1) { $0.heal?.isAutomatic = false }
        fail(&harness, 0..<1)
        harness.advance(.hours(1))
        #expect(harness.remedies.isEmpty)
        _ = harness.order(.heal("c0"))
        #expect(harness.remedies.count == 1)
    }

    @Test("C3: the beforeHeal hook may say no, and afterHeal follows the outcome")
    func hooks() {
        var harness = many(1) {
            $0.hooks = HookPolicy([.beforeHeal: ["may-i"], .afterHeal: ["tell"]])
        }
        fail(&harness, 0..<1)
        #expect(harness.remedies.isEmpty && harness.hooks.map(\.occasion) == [.beforeHeal])
        harness.send(.hookFinished(id: harness.hooks[0].id, component: "c0", .failed("exit code 1")))
        #expect(harness.suppressions().contains("veto"))
        #expect(harness.view("c0").heal?.attempts == 0, "nothing was done, so nothing counts")
        #expect(harness.intents.values.map(\.outcome) == [.interrupted])
        harness.advance(.seconds(6))
        #expect(harness.hooks.map(\.occasion) == [.beforeHeal, .beforeHeal])
        harness.send(.hookFinished(id: harness.hooks[1].id, component: "c0", .done))
        #expect(harness.remedies.count == 1)
    }

    @Test("H8: Hale died while the hook was asked: the attempt counts, nothing is repeated")
    func hookInterrupted() {
        var harness = many(1) { $0.hooks = HookPolicy([.beforeHeal: ["may-i"]]) }
        fail(&harness, 0..<1)
        let hooks = harness.hooks.count
        harness.restart(after: .seconds(1))
        #expect(harness.hooks.count == hooks)
        #expect(harness.intents.values.contains { $0.outcome == .failed })
        #expect(harness.view("c0").heal?.attempts == 1)
    }

    @Test("H5: an edge that says restart restarts the dependent when the other is well again, in order")
    func restartEdge() {
        let chain: [ComponentPolicy] = [
            .watched("db", failures: 1, recoveries: 1),
            .watched("api", dependsOn: [.init(on: "db", restarts: true)], heal: .command(cooldown: .zero, limit: nil)),
            .watched("web", dependsOn: [.init(on: "api", restarts: true)], heal: .command(cooldown: .zero, limit: nil)),
        ]
        var harness = EngineHarness(chain)
        harness.start()
        for id: ComponentID in ["db", "api", "web"] { _ = harness.play("ok ok", on: id) }
        _ = harness.play("FAIL", on: "db")
        #expect(harness.remedies.isEmpty)
        _ = harness.play("ok", on: "db")
        #expect(harness.remedies.map(\.component) == ["api"])
        #expect(harness.remedies[0].reason == "db was lost and is back")
        harness.send(.remedyFinished(attempt: harness.remedies[0].attempt, component: "api", .done))
        harness.advance(.seconds(3))
        _ = harness.play("ok ok ok", on: "api")
        #expect(harness.remedies.map(\.component) == ["api", "web"])
    }

    @Test("H5: what is due to be restarted is restarted before what depends on it, however far")
    func restartEdgesInOrder() {
        let heal = HealPolicy.command(cooldown: .zero, limit: nil)
        var cache = ComponentPolicy.watched(
            "cache", failures: 1, recoveries: 1, dependsOn: [.init(on: "db", restarts: true)], heal: heal)
        var api = ComponentPolicy.watched("api", failures: 1, recoveries: 1, dependsOn: [.init(on: "cache")])
        // While one of the two is lost, the other may not be restarted.
        cache.group = GroupPolicy("pair")
        api.group = GroupPolicy("pair")
        var harness = EngineHarness([
            .watched("web", dependsOn: [.init(on: "api", restarts: true)], heal: heal), api, cache,
            .watched("db", failures: 1, recoveries: 1),
        ])
        harness.start()
        for id: ComponentID in ["db", "cache", "api", "web"] { _ = harness.play("ok ok", on: id) }
        // It is lost by itself: what it depends on is asked first.
        _ = harness.play("FAIL", on: "api")
        for id: ComponentID in ["db", "cache"] { _ = harness.play("ok", on: id) }
        #expect(harness.play("FAIL ok", on: "db") == "down healthy")
        #expect(harness.state("api") == .down)
        #expect(harness.remedies.isEmpty)
        #expect(harness.play("ok", on: "api") == "healthy")
        #expect(harness.remedies.map(\.component) == ["cache"])
        #expect(harness.view("web").blockedBy == ["cache"])
    }

    @Test("H5: restarts for a dependency are no attempts: however often it comes and goes, nothing is given up")
    func restartEdgeCountsNothing() {
        var harness = EngineHarness([
            .watched("db", failures: 1, recoveries: 1),
            .watched("api", dependsOn: [.init(on: "db", restarts: true)], heal: .command(retries: 2, limit: nil)),
        ])
        harness.start()
        for id: ComponentID in ["db", "api"] { _ = harness.play("ok ok", on: id) }
        for round in 1...5 {
            _ = harness.play("FAIL ok", on: "db")
            #expect(harness.remedies.count == round, "neither backoff nor cooldown holds it up")
            harness.send(.remedyFinished(attempt: harness.remedies[round - 1].attempt, component: "api", .done))
            harness.advance(.seconds(3))
            _ = harness.play("ok ok", on: "api")
            #expect(harness.state("api") == .healthy)
            #expect(harness.view("api").heal?.attempts == 0)
        }
        _ = harness.play("FAIL FAIL FAIL", on: "api")
        _ = harness.play("ok", on: "db")
        #expect(harness.state("api") == .restarting, "lost by itself it is healed at once")
    }

    @Test("H5: what was found while the dependency was not well is no loss of its own when that is back")
    func restartEdgeBeforeEvidence() {
        var harness = EngineHarness([
            .watched("db", failures: 1, recoveries: 1),
            .watched("api", dependsOn: [.init(on: "db", restarts: true)], heal: .command(retries: 1, limit: nil)),
        ])
        harness.start()
        for id: ComponentID in ["db", "api"] { _ = harness.play("ok ok", on: id) }
        for round in 1...3 {
            _ = harness.play("FAIL", on: "db")
            #expect(harness.play("FAIL FAIL FAIL FAIL FAIL", on: "api").hasSuffix("down"))
            _ = harness.play("ok", on: "db")
            #expect(harness.remedies.count == round)
            #expect(harness.remedies.last?.reason == "db was lost and is back")
            #expect(harness.view("api").heal?.attempts == 0)
            harness.send(.remedyFinished(attempt: harness.remedies[round - 1].attempt, component: "api", .done))
            harness.advance(.seconds(3))
            _ = harness.play("ok ok ok", on: "api")
            #expect(harness.state("api") == .healthy)
        }
    }

    @Test("C8, C4: nothing is given up while a dependency fails and is not judged yet")
    func notGivenUpBeforeJudgement() throws {
        var harness = EngineHarness([
            .watched("db"),
            .watched(
                "api", failures: 1, dependsOn: [.init(on: "db")],
                heal: .command(retries: 1, cooldown: .zero, limit: nil)),
        ])
        harness.start()
        for id: ComponentID in ["db", "api"] { _ = harness.play("ok ok", on: id) }
        _ = harness.play("FAIL", on: "api")
        _ = harness.play("ok", on: "db")
        _ = harness.play("FAIL", on: "api")
        let only = try #require(harness.remedies.first)
        harness.send(.remedyFinished(attempt: only.attempt, component: "api", .done))
        harness.advance(.seconds(3))
        #expect(harness.play("ok ok ok", on: "api").hasSuffix("healthy"))
        // The database fails first; both are asked, and it has not been lost yet when the other one is.
        _ = harness.play("FAIL", on: "db")
        for _ in 0..<3 {
            _ = harness.play("FAIL", on: "api")
            _ = harness.play("FAIL", on: "db")
        }
        #expect(harness.state("db") == .down)
        #expect(harness.state("api") == .down)
        #expect(!harness.kinds().contains(.gaveUp))
        #expect(harness.remedies.count == 1)
    }

    @Test("H10: what was only imagined does not count when Hale acts again")
    func observedCountsNothing() throws {
        let heal = HealPolicy.command(retries: 2, cooldown: .zero, limit: .init(count: 2, window: .hours(1)))
        let api = ComponentPolicy.watched(failures: 1, heal: heal)
        var harness = EngineHarness([api], healing: .init(mode: .observe))
        harness.start()
        _ = harness.play("ok FAIL")
        harness.advance(.minutes(2))
        #expect(harness.events.contains { $0.message.contains("would give up") })
        #expect(harness.engine.explain(0).lines.contains { $0.text.contains("2 of 2 attempts would be used") })
        guard case .refused = harness.order(.heal("api")) else { return #expect(Bool(false)) }
        harness.restart(after: .seconds(1))
        _ = harness.play("FAIL")
        try harness.reconfigure([api], healing: .init(mode: .act))
        #expect(harness.remedies.map(\.number) == [1])
        #expect(!harness.kinds().contains(.gaveUp))
    }

    @Test("H4: after a restart of Hale panic is known before the first remedy, and what is on record is asked first")
    func panicOutlivesHale() {
        var harness = many(10)
        fail(&harness, 0..<8)
        let before = harness.remedies.count
        harness.restart(after: .seconds(5))
        #expect(harness.engine.systemView().isPanicking)
        #expect(harness.remedies.count == before)
        for number in 0..<8 { _ = harness.play("ok ok", on: ComponentID("c\(number)")!) }
        #expect(harness.remedies.count == before, "it has long been well")
    }

    @Test("H4: what a loss during Hale's absence blocks is not counted when Hale is back")
    func panicCountsNothingBlocked() {
        var harness = EngineHarness(
            (0..<11).map { .watched(ComponentID("c\($0)")!, failures: 1, dependsOn: [.init(on: "db")]) }
                + [.program("db")])
        harness.start()
        harness.obey()
        for number in 0..<11 { _ = harness.play("ok", on: ComponentID("c\(number)")!) }
        fail(&harness, 0..<11)
        #expect(harness.engine.systemView().isPanicking)
        harness.events.removeAll()
        harness.restart(after: .seconds(5))
        #expect(harness.view("c0").blockedBy == ["db"])
        #expect(!harness.kinds().contains(.panicBegan))
    }

    @Test("H5: a restart for a dependency waits for its processes' own, and is only told where Hale observes")
    func restartEdgeWaits() {
        let chain: [ComponentPolicy] = [
            .watched("db", failures: 1, recoveries: 1),
            ComponentPolicy(
                id: "api", dependsOn: [.init(on: "db", restarts: true)], program: .init(instances: 2),
                heal: .supervision),
        ]
        for mode in [HealingPolicy.Mode.act, .observe] {
            var harness = EngineHarness(chain, healing: .init(mode: mode))
            harness.start()
            harness.obey()
            _ = harness.play("ok", on: "db")
            harness.exit("api", 0)
            _ = harness.play("FAIL ok", on: "db")
            let acting = harness.engine.components[1].tracks.map(\.isActing)
            #expect(acting == [false, mode == .act, false])
            #expect(mode == .act || harness.events.contains { $0.message.contains("because db was lost and is back") })
            #expect(harness.engine.components[1].tracks[0].attempts == 0)
        }
    }

    @Test("H5: an edge that says pause runs the dependent's hooks")
    func pauseEdge() {
        var api = ComponentPolicy.watched("api", dependsOn: [.init(on: "db", pauses: true)])
        api.hooks = HookPolicy([.onPause: ["drain"], .onResume: ["fill"]])
        var harness = EngineHarness([.watched("db", failures: 1, recoveries: 1), api])
        harness.start()
        _ = harness.play("ok", on: "db")
        _ = harness.play("FAIL", on: "db")
        #expect(harness.hooks.map(\.occasion) == [.onPause])
        _ = harness.play("ok", on: "db")
        #expect(harness.hooks.map(\.occasion) == [.onPause, .onResume])
        harness.send(.hookFinished(id: harness.hooks[1].id, component: "api", .failed("exit code 3")))
        #expect(harness.kinds().last == .hookFailed)
    }

    @Test("H5: what was lost while Hale was gone pauses its dependents when Hale is back")
    func pausedAtStart() {
        var api = ComponentPolicy.watched("api", dependsOn: [.init(on: "db", pauses: true)])
        api.hooks = HookPolicy([.onPause: ["drain"], .onResume: ["fill"]])
        var harness = EngineHarness([api, .program("db")])
        harness.start()
        harness.obey()
        harness.restart(after: .seconds(5))
        #expect(harness.hooks.map(\.occasion) == [.onPause])
        harness.obey(pid: 101)
        harness.advance(.seconds(3))
        #expect(harness.state("db") == .healthy)
        #expect(harness.hooks.map(\.occasion) == [.onPause, .onResume])
        harness.restart(
            after: .seconds(5),
            [ProcessReport(instance: InstanceID("db", 0), launch: harness.launch("db"), phase: .running(pid: 101))])
        #expect(harness.hooks.count == 2, "it is as it was")
    }

    @Test("At most so many runs against one host; the rest come in their turn")
    func hostCap() throws {
        let components = (0..<5).map { number in
            ComponentPolicy(
                id: ComponentID("c\(number)")!, checks: [CheckPolicy(name: "http", kind: "http", host: "one")])
        }
        var harness = EngineHarness(components, checksPerHost: 2)
        harness.start()
        harness.advance(.seconds(2))
        #expect(harness.checks.count == 2)
        for expected in 3...5 {
            harness.answer(harness.checks[expected - 3], .healthy)
            #expect(harness.checks.count == expected)
        }
        // Lost answers give their place back, too.
        harness.advance(.minutes(2))
        #expect(Set(harness.checks.map(\.component)).count == 5)
    }

    @Test("The score follows what happens")
    func score() {
        var harness = many(4)
        #expect(harness.engine.systemView().score == 100)
        #expect(harness.engine.systemView().level == .healthy)
        fail(&harness, 0..<1)
        let system = harness.engine.systemView()
        #expect(system.parts.availability == 0.8125, "three healthy, one restarting")
        #expect(system.counts[.restarting] == 1)
        #expect(system.layers.map(\.layer) == [.daemon])
        #expect(system.layers[0].worst == .restarting)
        #expect((harness.view("c0").healthScore ?? 1) < (harness.view("c1").healthScore ?? 0))
    }
}
