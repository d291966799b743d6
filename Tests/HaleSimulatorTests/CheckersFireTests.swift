import HaleModel
import HaleResilience
import Testing

@testable import HaleEngine
@testable import HaleSimulator

/// A checker that can't fire proves nothing: each is shown what it is there to find, made by hand, and says nothing before.
@Suite struct CheckersFireTests {
    /// What a checker found of one violation.
    struct Violation: Sendable, CustomTestStringConvertible {
        let checker: String
        let of: String
        /// A word of what it should say.
        let says: String
        let messages: @Sendable () throws -> [String]
        var testDescription: String { "\(checker): \(of)" }

        init<C: Checker>(
            _ checker: C.Type, _ of: String, says: String, _ messages: @escaping @Sendable () throws -> [String]
        ) {
            self.checker = checker.name
            self.of = of
            self.says = says
            self.messages = messages
        }
    }

    @Test(arguments: healing + limits + records + states)
    func fires(violation: Violation) throws {
        let messages = try violation.messages()
        #expect(messages.contains { $0.contains(violation.says) }, "\(messages)")
    }

    @Test func everyCheckerIsShown() {
        let shown = Set((Self.healing + Self.limits + Self.records + Self.states).map(\.checker))
        let promised = Set(Simulation.promises.map(\.name))
        #expect(promised.subtracting(shown) == ["Liveness"])
    }

    @Test func whatCanNeverBeWellBreaksLiveness() {
        var model = ComponentModel(Self.watched("api"))
        model.inconclusive = 1
        let options = SimulationOptions(.minutes(1))
        let failures = Simulation.run(Scenario("mute", components: [model]), seed: 1, options: options).failures
        #expect(failures.map(\.invariant) == ["Liveness"])
    }

    // MARK: Components

    static func watched(
        _ id: ComponentID, dependsOn: [ComponentID] = [], group: String? = nil, limit: HealPolicy.Limit? = nil
    ) -> ComponentPolicy {
        ComponentPolicy(
            id: id, dependsOn: dependsOn.map { DependencyPolicy(on: $0) },
            checks: [CheckPolicy(name: "http", kind: "http", isRemote: true)],
            heal: HealPolicy(rungs: [.init(.command(["fix"], timeout: .seconds(5)))], cooldown: .zero, limit: limit),
            group: group.map { GroupPolicy($0) })
    }

    static func program(_ id: ComponentID) -> ComponentPolicy {
        ComponentPolicy(id: id, program: ProgramPolicy(), heal: .supervision)
    }

    static func remedy(_ id: UInt64, _ component: ComponentID = "api") -> Effect {
        .remedy(
            RemedyOrder(
                attempt: id, component: component, command: ["fix"], timeout: .seconds(5), state: .down, number: 1,
                reason: "down"))
    }

    // MARK: Healing

    static let healing: [Violation] = [
        Violation(BlockedAreNotHealed.self, "a heal of what is blocked", says: "heal_started") {
            var stage = try Stage(BlockedAreNotHealed(), [watched("api", dependsOn: ["db"]), watched("db")])
            let (api, db) = (stage.engine.place(of: "api")!, stage.engine.place(of: "db")!)
            stage.engine.components[db].state = .down
            stage.engine.components[api].isBlocked = true
            stage.step(events: [.turned("db", .unknown, .down)])
            try #require(stage.isQuiet)
            stage.step(events: [.heals("api")])
            return stage.messages
        },
        Violation(BlockedAreNotHealed.self, "what the engine takes for free", says: "blocked") {
            var stage = try Stage(BlockedAreNotHealed(), [watched("api", dependsOn: ["db"]), watched("db")])
            stage.engine.components[stage.engine.place(of: "db")!].state = .down
            stage.step(events: [.turned("db", .unknown, .down)])
            return stage.messages
        },
        Violation(HeldAreNotHealed.self, "a heal under maintenance", says: "heal_started") {
            var stage = try Stage(HeldAreNotHealed(), [watched("api")])
            stage.engine.components[0].hold = .maintenance(until: nil)
            stage.step()
            try #require(stage.isQuiet)
            stage.step(events: [.heals("api")])
            return stage.messages
        },
        Violation(LastWordsAreHeard.self, "a last word during a restart", says: "is left alone") {
            var stage = try Stage(LastWordsAreHeard(), [program("api")])
            stage.engine.components[0].tracks[0] = .acting(1, of: "api")
            stage.step(events: [.heals("api")])
            stage.step(.heartbeat(Heartbeat(component: "api", isStopping: true)))
            try #require(stage.isQuiet)
            stage.engine.components[0].isStopped = true
            stage.step(.heartbeat(Heartbeat(component: "api", isStopping: true)))
            return stage.messages
        },
        Violation(GroupsHealOneByOne.self, "one after the other", says: "another member") {
            var stage = try Stage(GroupsHealOneByOne(), [watched("a", group: "web"), watched("b", group: "web")])
            stage.engine.components[0].tracks[0] = .acting(1, of: "a")
            stage.step(events: [.heals("a")])
            try #require(stage.isQuiet)
            stage.engine.components[1].tracks[0] = .acting(2, of: "b")
            stage.step(events: [.heals("b", intent: 2)])
            return stage.messages
        },
        Violation(GroupsHealOneByOne.self, "two in one step", says: "another member") {
            var stage = try Stage(GroupsHealOneByOne(), [watched("a", group: "web"), watched("b", group: "web")])
            stage.engine.components[0].tracks[0] = .acting(1, of: "a")
            stage.engine.components[1].tracks[0] = .acting(2, of: "b")
            stage.step(events: [.heals("a"), .heals("b", intent: 2)])
            return stage.messages
        },
        Violation(OneAttemptAtATime.self, "an attempt that begins twice", says: "begins twice") {
            var stage = try Stage(OneAttemptAtATime(), [watched("api")])
            stage.collect([.intent(.made(1, "api"))])
            try #require(stage.isQuiet)
            stage.collect([.intent(.made(1, "api"))])
            return stage.messages
        },
        Violation(OneAttemptAtATime.self, "an attempt that ends twice", says: "was not open") {
            var stage = try Stage(OneAttemptAtATime(), [watched("api")])
            var ended = Intent.made(1, "api")
            ended.outcome = .failed
            stage.collect([.intent(.made(1, "api")), .intent(ended)])
            try #require(stage.isQuiet)
            stage.collect([.intent(ended)])
            return stage.messages
        },
        Violation(NothingForgotten.self, "a check without a next run", says: "has no next run") {
            var stage = try Stage(NothingForgotten(), [watched("api")])
            stage.step()
            try #require(stage.isQuiet)
            stage.engine.deadlines[stage.engine.components[0].checks[0].runSlot] = nil
            stage.step()
            return stage.messages
        },
        Violation(NothingStands.self, "a start that never ends", says: "stays spawning") {
            var stage = try Stage(NothingStands(), [program("api")])
            stage.engine.components[0].processes[0].phase = .spawning
            for _ in 0..<16 { stage.step() }
            try #require(stage.isQuiet)
            stage.pass(.hours(1))
            for _ in 0..<16 { stage.step() }
            return stage.messages
        },
    ]

    // MARK: Limits

    static let limits: [Violation] = [
        Violation(LimitsHold.self, "a second attempt within the hour", says: "number 2") { try attempts { _ in } },
        Violation(LimitsHold.self, "the same after the wall clock was set forward", says: "number 2") {
            try attempts { $0.world.clock.stepWall(by: .hours(2)) }
        },
        Violation(BudgetHolds.self, "one command too many", says: "2 remedies at work, 1 allowed") {
            try overBudget("command fix", [watched("a"), watched("b")])
        },
        Violation(BudgetHolds.self, "one restart of a running program too many", says: "2 remedies at work") {
            try overBudget("restart", [program("a"), program("b")])
        },
        Violation(BudgetHolds.self, "a heal in panic", says: "in panic") {
            var stage = try Stage(BudgetHolds(), [watched("api")])
            stage.engine.isPanicking = true
            stage.step()
            try #require(stage.isQuiet)
            stage.step(events: [.heals("api")])
            return stage.messages
        },
        Violation(BudgetHolds.self, "a heal where Hale only looks on", says: "only observes") {
            var stage = try Stage(BudgetHolds(), [watched("api")], healing: .init(mode: .observe))
            stage.step(events: [.heals("api")])
            return stage.messages
        },
    ]

    /// Over a boot Hale reads the wall clock, and may take two hours for passed that it was set forward by.
    @Test func aForwardStepOverABootMayFreeALimit() throws {
        let messages = try Self.attempts { stage in
            stage.world.reboot(.seconds(5))
            stage.world.clock.stepWall(by: .hours(2))
            stage.haleStarts()
        }
        #expect(messages == [])
    }

    @Test func seenExitsNeedNoPlace() throws {
        var stage = try Stage(BudgetHolds(), [Self.program("a"), Self.program("b")], healing: .init(concurrent: 1))
        for place in 0..<2 { stage.engine.components[place].processes[0].phase = .exited }
        stage.step(events: [.plain(1, .processExited, "a")])
        stage.engine.components[0].tracks[0] = .acting(1, of: "a")
        stage.engine.components[1].tracks[0] = .acting(2, of: "b")
        stage.step(events: [.heals("a", remedy: "restart"), .heals("b", intent: 2, remedy: "restart")])
        #expect(stage.messages == [])
    }

    /// Two attempts ten minutes apart, where one an hour is allowed; in between something else happens.
    private static func attempts(_ between: (inout Stage<LimitsHold>) -> Void) throws -> [String] {
        var stage = try Stage(LimitsHold(), [watched("api", limit: .init(count: 1, window: .hours(1)))])
        for id in 1...2 as ClosedRange<UInt64> {
            stage.commit(Batch(records: [.intent(.made(id, "api"))]))
            stage.carryOut(remedy(id), limited: id)
            if id == 1 {
                try #require(stage.isQuiet)
                stage.pass(.minutes(10))
                between(&stage)
            }
        }
        return stage.messages
    }

    private static func overBudget(_ remedy: String, _ policies: [ComponentPolicy]) throws -> [String] {
        var stage = try Stage(BudgetHolds(), policies, healing: .init(concurrent: 1))
        stage.engine.components[0].tracks[0] = .acting(1, of: "a")
        stage.step(events: [.heals("a", remedy: remedy)])
        try #require(stage.isQuiet)
        stage.engine.components[1].tracks[0] = .acting(2, of: "b")
        stage.step(events: [.heals("b", intent: 2, remedy: remedy)])
        return stage.messages
    }

    // MARK: Records

    static let records: [Violation] = [
        Violation(NoEffectWithoutRecord.self, "a command before its intent", says: "is not on disk") {
            var stage = try Stage(NoEffectWithoutRecord(), [watched("api")])
            stage.commit(Batch(records: [.intent(.made(1, "api"))]))
            stage.carryOut(remedy(1))
            try #require(stage.isQuiet)
            stage.carryOut(remedy(2))
            return stage.messages
        },
        Violation(NoEffectWithoutRecord.self, "a start before its record", says: "launch 1 only") {
            var stage = try Stage(NoEffectWithoutRecord(), [program("api")])
            stage.engine.components[0].processes[0].launch = 1
            stage.commit(Batch(records: [stage.record()]))
            stage.carryOut(.process(.spawn(InstanceID("api", 0), launch: 2)))
            return stage.messages
        },
        Violation(NoSecondCopy.self, "a start beside a program that lives", says: "while launch 1 is alive") {
            var stage = try Stage(NoSecondCopy(), [program("api")])
            stage.world.obey(.spawn(InstanceID("api", 0), launch: 1))
            stage.worldMoved()
            try #require(stage.isQuiet)
            stage.world.obey(.spawn(InstanceID("api", 0), launch: 2))
            stage.worldMoved()
            return stage.messages
        },
        Violation(EventsAreSequential.self, "an event that is missing", says: "follows event") {
            var stage = try Stage(EventsAreSequential(), [watched("api")])
            let next = stage.store.contents.lastEvent.number + 1
            stage.commit(Batch(events: [.plain(next, .haleStarted)]))
            stage.commit(Batch(events: [.plain(next + 2, .haleStarted)]))
            return stage.messages
        },
        Violation(CountersAreSane.self, "a launch that is smaller", says: "launch 4 after 5") {
            var stage = try Stage(CountersAreSane(), [program("api")])
            stage.engine.components[0].processes[0].launch = 5
            stage.collect([stage.record()])
            try #require(stage.isQuiet)
            stage.engine.components[0].processes[0].launch = 4
            stage.collect([stage.record()])
            return stage.messages
        },
        Violation(CountersAreSane.self, "a rung that the ladder has not", says: "rung 7 of 1") {
            var stage = try Stage(CountersAreSane(), [program("api")])
            stage.engine.components[0].tracks[0].rung = 7
            stage.collect([stage.record()])
            return stage.messages
        },
        unrecorded("state") { $0.state = .down },
        unrecorded("stopped") { $0.isStopped = true },
        unrecorded("healing") { $0.tracks[0].attempts = 2 },
        unrecorded("processes") { $0.processes[0].launch = 9 },
        unrecorded("hold") { $0.hold = .paused },
    ]

    /// A change of a component of which no record was handed out.
    private static func unrecorded(_ what: String, _ change: @escaping @Sendable (inout ComponentState) -> Void)
        -> Violation
    {
        Violation(RecordsTellAll.self, "a change of \(what)", says: "changed (\(what))") {
            var stage = try Stage(RecordsTellAll(), [program("api"), program("other")])
            let other = stage.engine.place(of: "other")!
            stage.collect([stage.record(other)])
            try #require(stage.isQuiet)
            change(&stage.engine.components[stage.engine.place(of: "api")!])
            stage.collect([stage.record(other)])
            return stage.messages
        }
    }

    // MARK: States

    static let states: [Violation] = [
        Violation(TransitionsAreLegal.self, "a way that no rule leads", says: "went from healthy to recovering") {
            var stage = try Stage(TransitionsAreLegal(), [watched("api")])
            stage.engine.components[0].state = .healthy
            stage.step(events: [.turned("api", .starting, .healthy)])
            try #require(stage.isQuiet)
            stage.engine.components[0].state = .recovering
            stage.step(events: [.turned("api", .healthy, .recovering)])
            return stage.messages
        },
        Violation(TransitionsAreLegal.self, "a change without an event", says: "events say starting") {
            var stage = try Stage(TransitionsAreLegal(), [watched("api")])
            stage.engine.components[0].state = .healthy
            stage.step()
            return stage.messages
        },
        Violation(HalfOpenNeverSticks.self, "a call under way of no run", says: "1 calls under way, 0 runs") {
            var stage = try Stage(HalfOpenNeverSticks(), [watched("api")])
            stage.step()
            try #require(stage.isQuiet)
            stage.engine.components[0].checks[0].memory.breaker = try halfOpen()
            stage.step()
            return stage.messages
        },
        Violation(TimeMovesOn.self, "something due after a tick", says: "still due") {
            var stage = try Stage(TimeMovesOn(), [watched("api")])
            stage.step()
            try #require(stage.isQuiet)
            stage.pass(.hours(1))
            stage.step()
            return stage.messages
        },
        Violation(DoubtIsNoDeath.self, "a death over a network in doubt", says: "state_changed") {
            var stage = try Stage(DoubtIsNoDeath(), [watched("api")])
            stage.engine.doubtSince = stage.world.clock.now.boot
            stage.step(events: [.turned("api", .healthy, .down)])
            try #require(stage.isQuiet)
            stage.step(events: [.turned("api", .healthy, .down)])
            return stage.messages
        },
    ]

    /// A breaker with one call under way on trial.
    private static func halfOpen() throws -> CircuitBreakerStateMachine {
        var breaker = CircuitBreakerStateMachine(CheckPolicy(name: "http", kind: "http").breaker)
        var random = SeededGenerator(seed: 1)
        var now = Instant.zero
        for _ in 0..<200 {
            if case .admitted(let permit, let change) = breaker.admit(at: now) {
                if case .halfOpened? = change { return breaker }
                _ = breaker.report(.failure, for: permit, at: now, using: &random)
            }
            now = now + .minutes(1)
        }
        throw NeverHalfOpen()
    }

    private struct NeverHalfOpen: Error {}
}
