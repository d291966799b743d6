import HaleModel
import Testing

@testable import HaleEngine

@Suite("Looking before judging, and self-doubt")
struct JudgementTests {
    private func remote(_ name: String = "http", startPeriod: TimeSpan = .seconds(60)) -> CheckPolicy {
        CheckPolicy(name: name, kind: "http", startPeriod: startPeriod, isRemote: true)
    }

    private func pair() -> EngineHarness {
        var harness = EngineHarness([.watched("db"), .watched("api", dependsOn: ["db"], heal: .command(limit: nil))])
        harness.start()
        _ = harness.play("ok", on: "db")
        _ = harness.play("ok", on: "api")
        return harness
    }

    @Test(
        "C8: what depends on something is judged when that was asked after the first failure, and it is asked at once")
    func waitsForDependency() throws {
        var harness = pair()
        harness.pauseChecks(of: "db")
        _ = harness.play("FAIL FAIL", on: "api")
        harness.checks.removeAll()
        _ = harness.play("FAIL", on: "api")
        #expect(harness.state("api") == .unhealthy, "not judged yet")
        let order = try harness.takeCheck("db")
        harness.answer(order, .healthy)
        #expect(harness.state("api") == .restarting)
        #expect(harness.remedies.count == 1)
    }

    @Test("C8: a dependency that turns out to fail is decided first, and what depends on it is not healed in vain")
    func dependencyFails() throws {
        var harness = pair()
        harness.pauseChecks(of: "db")
        _ = harness.play("FAIL FAIL FAIL", on: "api")
        harness.answer(try harness.takeCheck("db"), .critical)
        #expect(harness.state("api") == .down)
        #expect(harness.remedies.isEmpty, "db fails and is not judged yet")
        _ = harness.play("FAIL FAIL", on: "db")
        #expect(harness.state("db") == .down)
        #expect(harness.view("api").tags.contains(.blocked))
        #expect(harness.remedies.isEmpty)
        _ = harness.play("ok ok", on: "db")
        _ = harness.play("FAIL FAIL", on: "api")
        #expect(harness.remedies.count == 1, "well again, and it still fails: healed")
    }

    @Test("C8: the judgement waits at most one time-out")
    func patience() {
        var harness = pair()
        harness.pauseChecks(of: "db")
        _ = harness.play("FAIL FAIL FAIL", on: "api")
        #expect(harness.state("api") == .unhealthy)
        harness.advance(.seconds(5))
        #expect(harness.state("api") == .unhealthy, "the result of what timed out is still on its way")
        harness.advance(.milliseconds(500))
        #expect(harness.state("api") == .restarting)
    }

    @Test("C8: a good result while the judgement waits makes it needless")
    func recoversMeanwhile() {
        var harness = pair()
        harness.pauseChecks(of: "db")
        _ = harness.play("FAIL FAIL FAIL", on: "api")
        harness.send(.order(id: 7, .check("api")))
        _ = harness.play("ok", on: "api")
        harness.advance(.seconds(6))
        #expect(harness.state("api") == .healthy)
    }

    @Test("C8: process exits do not wait")
    func exits() {
        var harness = EngineHarness([
            .watched("db"),
            ComponentPolicy(id: "api", dependsOn: ["db"], program: .init(), heal: .supervision),
        ])
        harness.start()
        harness.obey()
        harness.exit()
        #expect(harness.processes.count == 1, "restarted at once")
    }

    @Test("C8: silence waits for dependencies, too")
    func silence() throws {
        var harness = EngineHarness([
            .watched("db"), ComponentPolicy(id: "api", dependsOn: ["db"], heartbeat: .init()),
        ])
        harness.start()
        _ = harness.play("ok", on: "db")
        harness.beat()
        harness.pauseChecks(of: "db")
        harness.advance(.seconds(181))
        #expect(harness.state("api") == .unhealthy)
        harness.answer(try harness.takeCheck("db"), .healthy)
        #expect(harness.state("api") == .down)
    }

    @Test("C8: error rates wait for dependencies, too")
    func rates() throws {
        var harness = EngineHarness([.watched("db"), ComponentPolicy(id: "api", dependsOn: ["db"])])
        harness.start()
        _ = harness.play("ok", on: "db")
        harness.advance(.seconds(1))
        harness.send(.operations(.init(component: "api", origin: .errors, succeeded: 0, failed: 100)))
        #expect(harness.state("api") == .unhealthy)
        harness.answer(try harness.takeCheck("db"), .healthy)
        #expect(harness.state("api") == .down)
    }

    private func doubting(_ extra: [ComponentPolicy] = []) throws -> EngineHarness {
        let api = ComponentPolicy(id: "api", checks: [remote()], heal: .command(limit: nil))
        var harness = EngineHarness(
            [api] + extra,
            references: [CheckPolicy(name: "router", kind: "tcp"), CheckPolicy(name: "dns", kind: "tcp")])
        harness.start()
        _ = harness.play("ok", on: "api")
        for _ in 0..<2 { harness.answer(try harness.takeCheck("connectivity"), .healthy) }
        return harness
    }

    private func loseNetwork(_ harness: inout EngineHarness) throws {
        for name in ["router", "dns"] {
            for _ in 0..<20 {
                let order = try harness.takeCheck("connectivity")
                harness.answer(order, order.check == name ? .critical : .healthy)
                if order.check == name { break }
            }
        }
        for _ in 0..<20 where !harness.kinds().contains(.selfDoubtBegan) {
            harness.answer(try harness.takeCheck("connectivity"), .critical)
        }
    }

    @Test("C10: with all references failing, remote results say nothing, heal nothing, and one event says so")
    func selfDoubt() throws {
        var harness = try doubting([.watched("local")])
        try loseNetwork(&harness)
        _ = harness.play("FAIL FAIL FAIL FAIL FAIL", on: "api")
        #expect(harness.state("api") == .healthy, "stands still")
        #expect(harness.view("api").tags == [.inconclusive])
        #expect(harness.remedies.isEmpty)
        #expect(harness.kinds().filter { $0 == .selfDoubtBegan }.count == 1)
        #expect(harness.engine.systemView().doubtsNetwork)
        _ = harness.play("ok FAIL FAIL FAIL", on: "local")
        #expect(harness.state("local") == .down, "what is local is judged as ever")
        for _ in 0..<20 where !harness.kinds().contains(.selfDoubtEnded) {
            harness.answer(try harness.takeCheck("connectivity"), .healthy)
        }
        harness.checks.removeAll()
        for _ in 0..<50 where harness.remedies.isEmpty {
            let order = try harness.takeCheck()
            harness.answer(order, order.component == "api" ? .critical : .healthy)
        }
        #expect(harness.remedies.count == 1)
    }

    @Test("C10: a start period of something remote stands still, and a remedy neither begins nor counts as proven")
    func doubtInStartPeriod() throws {
        let late = ComponentPolicy(id: "late", checks: [remote()], heal: .command(limit: nil))
        var harness = try doubting([late])
        _ = harness.play("FAIL", on: "late")
        try loseNetwork(&harness)
        for _ in 0..<30 { _ = harness.play("FAIL", on: "late") }
        #expect(harness.state("late") == .starting)
        #expect(harness.remedies.isEmpty)
        for _ in 0..<20 where !harness.kinds().contains(.selfDoubtEnded) {
            harness.answer(try harness.takeCheck("connectivity"), .healthy)
        }
        #expect(harness.state("late") == .starting, "with all of its time again")
    }

    @Test("C10: what is down waits for the network before it is healed")
    func doubtBeforeHealing() throws {
        var harness = try doubting()
        _ = harness.order(.maintenance("api", for: .minutes(30)))
        harness.checks.removeAll()
        for _ in 0..<30 where harness.state("api") != .down {
            let order = try harness.takeCheck()
            harness.answer(order, order.component == "api" ? .critical : .healthy)
        }
        try loseNetwork(&harness)
        _ = harness.order(.resume("api"))
        #expect(harness.remedies.isEmpty)
        #expect(harness.suppressions().last == "doubt")
    }

    @Test("C10: the end of the references' start period gives no network back")
    func referencesInStartPeriod() throws {
        var harness = EngineHarness(
            [.watched()], references: [CheckPolicy(name: "router", kind: "tcp"), CheckPolicy(name: "dns", kind: "tcp")])
        harness.start()
        for _ in 0..<40 { harness.answer(try harness.takeCheck("connectivity"), .critical) }
        #expect(harness.kinds().contains(.selfDoubtBegan))
        #expect(!harness.kinds().contains(.selfDoubtEnded))
    }

    @Test("C8, C10: before something remote is judged the references are asked; if they fail, nothing is judged")
    func referencesAsked() throws {
        var harness = try doubting()
        harness.pauseChecks(of: "connectivity")
        _ = harness.play("FAIL FAIL FAIL", on: "api")
        #expect(harness.state("api") == .unhealthy)
        for _ in 0..<2 { harness.answer(try harness.takeCheck("connectivity"), .critical) }
        #expect(harness.kinds().contains(.selfDoubtBegan))
        #expect(harness.state("api") == .unhealthy, "not judged while Hale doubts its network")
        #expect(harness.remedies.isEmpty)
    }

    @Test("C10: remote heartbeat ages stand still")
    func heartbeats() throws {
        var harness = try doubting([ComponentPolicy(id: "far", heartbeat: .init())])
        harness.beat(on: "far")
        try loseNetwork(&harness)
        harness.advance(.hours(2))
        #expect(harness.state("far") == .healthy)
        for _ in 0..<20 where !harness.kinds().contains(.selfDoubtEnded) {
            harness.answer(try harness.takeCheck("connectivity"), .healthy)
        }
        #expect(harness.state("far") == .healthy)
        harness.advance(.seconds(185))
        #expect(harness.state("far") == .down)
    }

    @Test("One reference target that fails is no reason for doubt")
    func oneFails() throws {
        var harness = try doubting()
        for _ in 0..<40 {
            let order = try harness.takeCheck("connectivity")
            harness.answer(order, order.check == "dns" ? .critical : .healthy)
        }
        #expect(harness.state("connectivity") == .degraded)
        #expect(!harness.kinds().contains(.selfDoubtBegan))
    }

    @Test("A component named like the references, or a single reference target, is refused")
    func configuration() {
        let references = [CheckPolicy(name: "a", kind: "tcp"), CheckPolicy(name: "b", kind: "tcp")]
        #expect(throws: EngineConfiguration.Invalid.duplicateComponent("connectivity")) {
            _ = try EngineConfiguration(components: [.watched("connectivity")], references: references)
        }
        #expect(throws: EngineConfiguration.Invalid.tooFewReferences) {
            _ = try EngineConfiguration(components: [], references: [references[0]])
        }
    }
}
