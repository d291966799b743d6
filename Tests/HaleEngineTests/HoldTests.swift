import HaleModel
import Testing

@testable import HaleEngine

@Suite("Holds and flapping")
struct HoldTests {
    private func watched(_ heal: HealPolicy? = .command(limit: nil)) -> EngineHarness {
        var harness = EngineHarness([.watched(heal: heal)])
        harness.start()
        _ = harness.play("ok ok")
        return harness
    }

    @Test("C6: paused is neither checked nor healed, its state stays, and resuming begins evidence anew")
    func paused() {
        var harness = watched()
        _ = harness.order(.pause("api"))
        #expect(harness.view().tags == [.paused])
        #expect(harness.nextCheck(within: .hours(5)) == nil)
        #expect(harness.state() == .healthy)
        harness.restart(after: .minutes(1))
        #expect(harness.view().tags == [.paused], "known after a restart of Hale")
        #expect(harness.nextCheck(within: .hours(1)) == nil)
        guard case .refused(let refusal) = harness.order(.heal("api")) else { return #expect(Bool(false)) }
        #expect(refusal.message.contains("hale resume api"))
        _ = harness.order(.resume("api"))
        #expect(harness.play("FAIL FAIL FAIL") == "degraded unhealthy restarting")
        #expect(harness.remedies.count == 1)
    }

    @Test("C6: a forced check of what is paused is refused, and one under way is answered with what came by then")
    func pausedChecks() {
        var harness = EngineHarness([.watched(), .watched("other")])
        harness.start()
        for id: ComponentID in ["api", "other"] { _ = harness.play("ok ok", on: id) }
        harness.send(.order(id: 1, .check("api")))
        _ = harness.order(.pause("api"))
        #expect(harness.answers[1] == .checked([]))
        guard case .refused(let refusal) = harness.order(.check("api")) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.message.contains("hale resume api"))
        harness.send(.order(id: 2, .check(nil)))
        _ = harness.play("ok", on: "other")
        guard case .checked(let results)? = harness.answers[2] else {
            Issue.record("not answered")
            return
        }
        #expect(results.map(\.component) == ["other"])
    }

    @Test("C6: a pause in the middle of a restart leaves the program running")
    func pausedWhileRestarting() {
        var heal = HealPolicy.supervision
        heal.rungs[0].settle = .seconds(5)
        var harness = EngineHarness([.program(heal: heal)])
        harness.start()
        harness.obey()
        harness.exit()
        #expect(harness.state() == .restarting)
        harness.processes.removeAll()
        _ = harness.order(.pause("api"))
        #expect(harness.processes.count == 1)
        harness.obey(pid: 200)
        #expect(harness.engine.components[0].processes[0].phase == .running(pid: 200))
        #expect(harness.state() != .restarting)
        guard case .accepted = harness.order(.stop("api")), case .refused = harness.order(.start("api")) else {
            Issue.record("what is paused is not started")
            return
        }
    }

    @Test("C6: with monitoring stopped everything stands still, also after a restart of Hale, and begins anew")
    func monitoring() {
        var harness = EngineHarness([
            .watched(heal: .command(limit: nil)), ComponentPolicy(id: "b", heartbeat: .init()),
        ])
        harness.start()
        _ = harness.play("ok ok")
        harness.send(.heartbeat(Heartbeat(component: "b")))
        _ = harness.order(.pause("b"))
        #expect(
            harness.order(.monitoring(false)) == .accepted("nothing is checked or healed until monitoring is started"))
        guard case .refused = harness.order(.monitoring(false)) else {
            Issue.record("stopped twice")
            return
        }
        harness.checks.removeAll()
        #expect(harness.nextCheck(within: .hours(5)) == nil)
        #expect(harness.state() == .healthy)
        harness.restart(after: .minutes(1))
        #expect(harness.engine.systemView().monitoringStoppedAt != nil, "known after a restart of Hale")
        #expect(harness.nextCheck(within: .hours(1)) == nil)
        guard case .refused(let refusal) = harness.order(.heal("api")) else {
            Issue.record("healed all the same")
            return
        }
        #expect(refusal.message.contains("hale monitoring start"))
        guard case .refused = harness.order(.check("api")) else {
            Issue.record("checked all the same")
            return
        }
        #expect(harness.order(.check(nil)) == .checked([]))
        guard case .accepted = harness.order(.monitoring(true)) else {
            Issue.record("not started again")
            return
        }
        #expect(harness.engine.systemView().monitoringStoppedAt == nil)
        #expect(harness.view("b").tags == [.paused], "what was paused by itself still is")
        #expect(harness.play("FAIL FAIL FAIL") == "degraded unhealthy restarting")
    }

    @Test("C6: monitoring stays stopped for what a new configuration brings")
    func monitoringAndReconfiguration() throws {
        var harness = watched()
        _ = harness.order(.monitoring(false))
        try harness.reconfigure([.watched(heal: nil), .watched("web", heal: nil)])
        harness.checks.removeAll()
        #expect(harness.nextCheck(within: .hours(1)) == nil)
        _ = harness.order(.monitoring(true))
        #expect(harness.nextCheck("web") != nil)
    }

    @Test("a forced check of what is then paused is answered")
    func forcedCheckOfThePaused() {
        var harness = watched()
        harness.send(.order(id: 77, .check("api")))
        _ = harness.order(.pause("api"))
        #expect(harness.answers[77] == .checked([]))
        guard case .refused(let refusal) = harness.order(.check("api")) else {
            Issue.record("checked")
            return
        }
        #expect(refusal.message.contains("paused"))
    }

    @Test("H10: automatic healing is switched off and on by hand, and stays so across restarts and reloads")
    func autoHeal() throws {
        var harness = watched()
        _ = harness.order(.autoHeal("api", false))
        #expect(harness.play("FAIL FAIL FAIL") == "degraded unhealthy down")
        #expect(harness.remedies.isEmpty)
        #expect(harness.view().heal?.isAutomatic == false)
        harness.restart(after: .seconds(5))
        harness.advance(.minutes(5))
        #expect(harness.remedies.isEmpty)
        try harness.reconfigure([.watched(heal: .command(limit: nil))])
        #expect(harness.view().heal?.isAutomatic == false)
        _ = harness.order(.autoHeal("api", true))
        #expect(harness.play("FAIL FAIL FAIL").hasSuffix("restarting"))
        var plain = watched(nil)
        guard case .refused = plain.order(.autoHeal("api", true)) else {
            Issue.record("nothing to switch")
            return
        }
    }

    @Test("a silence is ended by hand, and a change is recorded")
    func endedSilenceAndChange() {
        var harness = watched()
        _ = harness.order(.silence("api", for: .hours(1)))
        _ = harness.order(.endSilence("api"))
        #expect(harness.view().silencedUntil == nil)
        guard case .refused = harness.order(.endSilence("api")) else {
            Issue.record("ended twice")
            return
        }
        _ = harness.order(.note("api", message: "deployed 1.2", details: ["version": "1.2"]))
        #expect(harness.events.last?.kind == .change)
        #expect(harness.events.last?.message == "deployed 1.2")
        guard case .refused(let refusal) = harness.order(.note("nobody", message: "x", details: [:])) else {
            Issue.record("recorded all the same")
            return
        }
        #expect(refusal.kind == .unknownComponent)
    }

    @Test("C6: under maintenance it is checked, but not healed; it ends by itself")
    func maintenance() {
        var harness = watched()
        _ = harness.order(.maintenance("api", for: .hours(1)))
        #expect(harness.play("FAIL FAIL FAIL") == "degraded unhealthy down")
        #expect(harness.remedies.isEmpty)
        #expect(harness.suppressions() == ["maintenance"])
        #expect(harness.view().tags.contains(.maintenance))
        harness.restart(after: .minutes(5))
        #expect(harness.view().tags.contains(.maintenance))
        harness.advance(.minutes(60))
        #expect(!harness.view().tags.contains(.maintenance))
        #expect(harness.remedies.isEmpty, "what is known only by record is asked before it is healed")
        #expect(harness.play("FAIL") == "restarting")
        #expect(harness.remedies.count == 1)
    }

    @Test("C6: a heartbeat's age stands still while paused, and begins anew")
    func pausedHeartbeat() {
        var harness = EngineHarness([ComponentPolicy(id: "api", heartbeat: .init())])
        harness.start()
        harness.beat()
        _ = harness.order(.pause("api"))
        harness.advance(.hours(2))
        #expect(harness.state() == .healthy)
        _ = harness.order(.resume("api"))
        harness.advance(.seconds(44))
        #expect(harness.state() == .healthy)
        harness.advance(.seconds(150))
        #expect(harness.state() == .down)
    }

    @Test("C6: an attempt under way ends with the pause")
    func attempt() {
        var harness = watched()
        _ = harness.play("FAIL FAIL FAIL")
        #expect(harness.remedies.count == 1)
        _ = harness.order(.pause("api"))
        #expect(harness.kinds().contains(.healInterrupted))
        #expect(harness.intents.values.allSatisfy { $0.outcome == .interrupted })
    }

    @Test("C7: more than six changes between usable and unusable within ten minutes; over after ten quiet ones")
    func flapping() {
        var harness = EngineHarness([.watched(failures: 1, recoveries: 1)])
        harness.start()
        _ = harness.play("ok FAIL ok FAIL ok FAIL ok")
        #expect(harness.view().tags == [], "six changes")
        _ = harness.play("FAIL")
        #expect(harness.view().tags == [.flapping])
        #expect(harness.kinds().filter { $0 == .flappingBegan }.count == 1)
        _ = harness.play("ok")
        let end = harness.now.boot + .minutes(10)
        while harness.now.boot < end { _ = harness.play("ok") }
        #expect(harness.view().tags == [])
        #expect(harness.kinds().filter { $0 == .flappingEnded }.count == 1)
    }

    @Test("Acknowledged until healthy; silenced for a time")
    func acknowledged() {
        var harness = watched(nil)
        guard case .refused = harness.order(.acknowledge("api", note: nil)) else { return #expect(Bool(false)) }
        _ = harness.play("FAIL FAIL FAIL")
        _ = harness.order(.acknowledge("api", note: "on it"))
        _ = harness.order(.silence("api", for: .hours(1)))
        harness.restart(after: .seconds(5))
        #expect(harness.view().acknowledgement == "on it")
        #expect(harness.view().silencedUntil != nil)
        _ = harness.play("ok ok")
        #expect(harness.state() == .healthy)
        #expect(harness.view().acknowledgement == nil)
        harness.advance(.hours(1))
        #expect(harness.view().silencedUntil == nil)
    }

    @Test("Reset: ladder, waits and breakers begin anew, limits do not")
    func reset() {
        var harness = EngineHarness([
            .watched(heal: .command(retries: 1, cooldown: .zero, limit: .init(count: 2, window: .hours(10))))
        ])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL FAIL FAIL")
        harness.send(.remedyFinished(attempt: harness.remedies[0].attempt, component: "api", .failed("no")))
        #expect(harness.state() == .failed)
        _ = harness.order(.reset("api"))
        #expect(harness.state() == .restarting || harness.remedies.count == 2)
        harness.send(.remedyFinished(attempt: harness.remedies[1].attempt, component: "api", .failed("no")))
        _ = harness.order(.reset("api"))
        #expect(harness.remedies.count == 2, "the limit stands")
        #expect(harness.suppressions().contains("limit"))
    }

    @Test("A breaker is closed by hand, and its check runs at once")
    func resetBreaker() throws {
        var harness = watched(nil)
        _ = harness.play("FAIL FAIL FAIL FAIL FAIL")
        guard case .open = harness.view().checks[0].breaker else { return #expect(Bool(false), "not open") }
        harness.checks.removeAll()
        _ = harness.order(.resetBreaker("api", check: "http"))
        #expect(harness.checks.count == 1)
        guard case .closed = harness.view().checks[0].breaker else { return #expect(Bool(false), "not closed") }
        guard case .refused(let refusal) = harness.order(.resetBreaker("api", check: "nope")) else {
            return #expect(Bool(false))
        }
        #expect(refusal.message.contains("it has http"))
    }
}
