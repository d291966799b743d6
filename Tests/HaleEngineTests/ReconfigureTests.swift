import HaleModel
import Testing

@testable import HaleEngine

@Suite("A new configuration while running")
struct ReconfigureTests {
    @Test("What did not change keeps state, history, process and the run under way")
    func unchanged() throws {
        var harness = EngineHarness([.watched("web"), .program("api"), .watched("old")])
        harness.start()
        harness.obey(pid: 77)
        _ = harness.play("ok FAIL", on: "web")
        let run = try harness.takeCheck("web")
        harness.processes.removeAll()
        try harness.reconfigure([.watched("new"), .program("api"), .watched("web")])
        #expect(harness.state("web") == .degraded)
        #expect(harness.view("web").checks[0].total == 2)
        #expect(harness.view("api").instances[0].pid == 77)
        #expect(harness.processes.isEmpty)
        harness.answer(run, .critical)
        #expect(harness.state("web") == .unhealthy, "the run under way counts")
        #expect(harness.kinds("new").contains(.componentAdded))
        #expect(harness.kinds("old").contains(.componentRemoved))
        #expect(harness.records["old"] == nil)
        #expect(harness.play("ok", on: "new") == "healthy")
        #expect(harness.kinds().contains(.configLoaded))
    }

    @Test("H8: the attempt of a process that is not wanted any more is interrupted, not lost", arguments: [0, 2])
    func fewerInstances(ended: Int) throws {
        var heal = HealPolicy.supervision
        heal.rungs[0].settle = .seconds(5)
        var harness = EngineHarness([.program("api", .init(instances: 3), heal: heal)])
        harness.start()
        harness.obey()
        harness.exit("api", ended)
        let attempt = try #require(harness.intents.keys.first)
        try harness.reconfigure([.program("api", .init(instances: 1), heal: heal)])
        #expect(harness.intents[attempt]?.outcome == .interrupted)
        #expect((harness.state() == .restarting) == (ended == 0), "the one that is still wanted is healed anew")
    }

    @Test("A program that is another one now is stopped and started, which is no heal")
    func changedProgram() throws {
        var harness = EngineHarness([.program("api")])
        harness.start()
        harness.obey(pid: 1)
        try harness.reconfigure([.program("api")], restarting: ["api"])
        guard case .stop? = harness.processes.first else { return #expect(Bool(false), "\(harness.processes)") }
        harness.obey(pid: 2)
        #expect(harness.view("api").instances[0].pid == 2)
        #expect(harness.intents.isEmpty)
    }

    @Test("Removed programs and surplus instances are retired, missing ones started")
    func instances() throws {
        var harness = EngineHarness([.program("api", .init(instances: 3)), .program("gone")])
        harness.start()
        harness.obey()
        try harness.reconfigure([.program("api", .init(instances: 2))])
        #expect(Set(harness.processes) == [.retire(InstanceID("api", 2)), .retire(InstanceID("gone", 0))])
        harness.processes.removeAll()
        try harness.reconfigure([.program("api", .init(instances: 4))])
        #expect(Set(harness.processes.map(\.instance)) == [InstanceID("api", 2), InstanceID("api", 3)])
    }

    @Test("H1–H3: attempts, waits and limits stay; an attempt under way goes on")
    func healing() throws {
        let policy = ComponentPolicy.watched(heal: .command(limit: .init(count: 2, window: .hours(1))))
        var harness = EngineHarness([policy])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL")
        let remedy = harness.remedies[0]
        try harness.reconfigure([.watched("first"), policy])
        #expect(harness.state() == .restarting)
        harness.send(.remedyFinished(attempt: remedy.attempt, component: "api", .failed("no")))
        #expect(harness.view().heal?.attempts == 1)
        harness.advance(.minutes(1))
        #expect(harness.remedies.count == 2)
        harness.send(.remedyFinished(attempt: harness.remedies[1].attempt, component: "api", .failed("no")))
        try harness.reconfigure([policy])
        harness.advance(.minutes(30))
        #expect(harness.remedies.count == 2, "the limit stands")
    }

    @Test("C6: holds and blocks survive, and dependencies are drawn anew")
    func holds() throws {
        var harness = EngineHarness([.watched("db", failures: 1), .watched("api"), .watched("web")])
        harness.start()
        for id: ComponentID in ["db", "api", "web"] { _ = harness.play("ok", on: id) }
        _ = harness.order(.pause("web"))
        _ = harness.play("FAIL", on: "db")
        #expect(harness.view("api").tags == [])
        try harness.reconfigure([.watched("api", dependsOn: ["db"]), .watched("web"), .watched("db", failures: 1)])
        #expect(harness.view("api").tags.contains(.blocked))
        #expect(harness.view("web").tags == [.paused])
        try harness.reconfigure([.watched("api"), .watched("web"), .watched("db", failures: 1)])
        #expect(!harness.view("api").tags.contains(.blocked))
    }

    @Test("Every check has a next run after any change")
    func nothingForgotten() throws {
        var harness = EngineHarness((0..<20).map { .watched(ComponentID("c\($0)")!) })
        harness.start()
        for round in 0..<6 {
            let components = (round..<(20 + round)).reversed().map { ComponentPolicy.watched(ComponentID("c\($0)")!) }
            try harness.reconfigure(components)
            for component in components { #expect(harness.play("ok", on: component.id) == "healthy") }
        }
    }
}
