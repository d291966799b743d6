import HaleModel
import HaleResilience
import Testing

@testable import HaleEngine

@Suite("Healing")
struct HealingTests {
    /// Plays a watched component down: three failures after a good result.
    private func downed(_ heal: HealPolicy) -> EngineHarness {
        var harness = EngineHarness([.watched(heal: heal)])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL")
        return harness
    }

    /// Lets the present remedy fail: the command says done, and no check succeeds in the start period.
    private func failAttempt(_ harness: inout EngineHarness) {
        let order = harness.remedies.removeLast()
        harness.send(.remedyFinished(attempt: order.attempt, component: order.component, .failed("exit code 1")))
    }

    private func succeed(_ harness: inout EngineHarness) {
        let order = harness.remedies.removeLast()
        harness.send(.remedyFinished(attempt: order.attempt, component: order.component, .done))
        while harness.state() != .healthy { harness.answer(harness.nextCheck()!, .healthy) }
    }

    @Test("C3: restarting from the intent, then starting, then evidence decides")
    func attempt() throws {
        var harness = downed(.command())
        #expect(harness.state() == .restarting)
        #expect(harness.view().cause.rule == .c3)
        let order = try #require(harness.remedies.first)
        #expect(order.command == ["fix"] && order.number == 1)
        #expect(harness.intents[order.attempt]?.outcome == nil, "the intent is recorded with the effect")
        #expect(harness.durability == .power, "a limited attempt has to survive the loss of power")
        harness.send(.remedyFinished(attempt: order.attempt, component: "api", .done))
        #expect(harness.state() == .restarting, "until verifyAfter")
        harness.advance(.seconds(3))
        #expect(harness.state() == .starting)
        #expect(harness.play("ok ok") == "recovering healthy")
        #expect(harness.intents[order.attempt]?.outcome == .succeeded)
        #expect(harness.kinds().contains(.healSucceeded))
    }

    @Test("C3: an attempt fails at the end of its start period, with no further threshold")
    func attemptFails() throws {
        var harness = downed(.command())
        let order = harness.remedies.removeLast()
        harness.send(.remedyFinished(attempt: order.attempt, component: "api", .done))
        let began = harness.now.boot
        while harness.intents[order.attempt]?.outcome == nil, let check = harness.nextCheck() {
            harness.answer(check, .critical)
        }
        #expect(harness.intents[order.attempt]?.outcome == .failed)
        #expect(harness.now.boot - began < .seconds(70))
    }

    @Test("H8: a handler of the program that embeds Hale is under the same rules as a command")
    func handler() throws {
        var policy = HealPolicy.command(limit: .init(count: 1, window: .hours(1)))
        policy.rungs[0].remedy = .handler(timeout: .seconds(30))
        var harness = downed(policy)
        let order = try #require(harness.remedies.first)
        #expect(order.command == nil && order.timeout == .seconds(30))
        #expect(harness.durability == .power && harness.intents[order.attempt]?.remedy == "handler")
        failAttempt(&harness)
        harness.advance(.minutes(30))
        #expect(harness.remedies.isEmpty, "the limit holds")
        #expect(harness.view().heal?.suppressed == .limit)
    }

    @Test("C3: an attempt has not succeeded while any check is without enough good results")
    func everyCheckDecides() throws {
        var policy = ComponentPolicy.watched(heal: .command())
        policy.checks.append(CheckPolicy(name: "slow", kind: "http"))
        var harness = EngineHarness([policy])
        harness.start()
        for _ in 0..<2 { harness.answer(try harness.takeCheck(), .healthy) }
        while harness.remedies.isEmpty {
            let order = try harness.takeCheck()
            harness.answer(order, order.check == "http" ? .critical : .healthy)
        }
        let order = harness.remedies.removeLast()
        harness.send(.remedyFinished(attempt: order.attempt, component: "api", .done))
        while harness.intents[order.attempt]?.outcome == nil {
            let check = try harness.takeCheck()
            harness.answer(check, check.check == "http" ? .critical : .degraded)
        }
        #expect(harness.intents[order.attempt]?.outcome == .failed)
    }

    @Test("H8: no second command beside one that may still run after Hale died")
    func noSecondCommand() {
        var harness = downed(.command(limit: nil, base: .seconds(1)))
        harness.remedies.removeAll()
        let began = harness.now.wall
        harness.restart(after: .seconds(1))
        while harness.remedies.isEmpty, let order = harness.nextCheck() { harness.answer(order, .critical) }
        #expect(harness.now.wall - began >= .seconds(30))
    }

    @Test("H1: attempts are spaced 0, 5, 10, 20, 40 s; after the last Hale gives up")
    func backoff() throws {
        var harness = downed(.command(limit: nil))
        var gaps: [Int64] = []
        var last = harness.now.boot
        for number in 1...5 {
            #expect(harness.remedies.last?.number == number)
            failAttempt(&harness)
            last = harness.now.boot
            guard number < 5 else { break }
            #expect(harness.state() == .down)
            while harness.remedies.isEmpty { harness.advance(.milliseconds(100)) }
            gaps.append(((harness.now.boot - last).nanoseconds + 500_000_000) / 1_000_000_000)
        }
        #expect(gaps == [5, 10, 20, 40])
        #expect(harness.state() == .failed)
        #expect(harness.view().cause.rule == .c4)
        #expect(harness.kinds().filter { $0 == .gaveUp }.count == 1)
    }

    @Test("H2: after a success the next episode waits for the cooldown, and says so")
    func cooldown() {
        var harness = downed(.command())
        succeed(&harness)
        let healed = harness.now.boot
        _ = harness.play("FAIL FAIL FAIL")
        #expect(harness.state() == .down)
        #expect(harness.suppressions() == ["cooldown"])
        while harness.remedies.isEmpty { harness.advance(.seconds(1)) }
        let waited = harness.now.boot - healed
        #expect(waited >= .minutes(5) && waited <= .seconds(302))
    }

    @Test("H3: no more intents than the limit in any window, and it is said at once")
    func limit() {
        var harness = downed(.command(retries: 100, limit: .init(count: 3, window: .hours(1)), base: .seconds(1)))
        var begun: [Instant] = []
        for _ in 0..<7 {
            while harness.remedies.isEmpty { harness.advance(.seconds(1)) }
            begun.append(harness.now.boot)
            failAttempt(&harness)
        }
        for index in 3..<begun.count { #expect(begun[index] - begun[index - 3] >= .hours(1)) }
        #expect(harness.suppressions().contains("limit"))
        #expect(harness.events.contains { $0.kind == .healSuppressed && $0.severity == .warning })
    }

    @Test("H3 holds across restarts of Hale and of the machine", arguments: [false, true])
    func limitSurvives(reboot: Bool) {
        var harness = downed(.command(retries: 100, limit: .init(count: 2, window: .hours(1)), base: .seconds(1)))
        let first = harness.now.wall
        failAttempt(&harness)
        while harness.remedies.isEmpty { harness.advance(.seconds(1)) }
        failAttempt(&harness)
        for _ in 0..<5 { harness.restart(after: .seconds(30), reboot: reboot) }
        for _ in 0..<600 where harness.remedies.isEmpty {
            harness.advance(.seconds(10))
            while let order = harness.checks.popLast() { harness.answer(order, .critical) }
        }
        #expect(!harness.remedies.isEmpty)
        #expect(harness.now.wall - first >= .hours(1))
    }

    @Test("H3: a manual heal counts but is not stopped")
    func manual() {
        var harness = downed(.command(retries: 100, limit: .init(count: 1, window: .hours(1)), base: .seconds(1)))
        failAttempt(&harness)
        harness.advance(.minutes(5))
        #expect(harness.remedies.isEmpty)
        guard case .accepted = harness.order(.heal("api")) else { return #expect(Bool(false), "refused") }
        #expect(harness.remedies.count == 1)
        let manual = harness.now.boot
        failAttempt(&harness)
        while harness.remedies.isEmpty { harness.advance(.seconds(10)) }
        #expect(harness.now.boot - manual >= .hours(1))
    }

    @Test("C4: good evidence leads out of failed; a relapse leads back without a word; stability forgives")
    func failedAndBack() {
        var harness = downed(.command(retries: 1, limit: nil))
        failAttempt(&harness)
        #expect(harness.state() == .failed)
        #expect(harness.play("ok") == "recovering")
        #expect(harness.play("ok FAIL FAIL FAIL") == "healthy degraded unhealthy failed")
        #expect(harness.kinds().filter { $0 == .gaveUp }.count == 1)
        #expect(harness.play("ok ok") == "recovering healthy")
        let end = harness.now.boot + .minutes(11)
        while harness.now.boot < end { _ = harness.play("ok") }
        #expect(harness.play("FAIL FAIL FAIL") == "degraded unhealthy restarting")
    }

    @Test("C3: the start period after a remedy begins with verifyAfter, whatever their lengths")
    func longVerification() {
        var heal = HealPolicy.command(limit: nil)
        heal.rungs[0].verifyAfter = .seconds(90)
        var harness = downed(heal)
        harness.send(.remedyFinished(attempt: harness.remedies[0].attempt, component: "api", .done))
        harness.advance(.seconds(89))
        #expect(harness.state() == .restarting)
        #expect(harness.play("ok ok") == "recovering healthy")
        #expect(harness.remedies.count == 1)
    }

    @Test("C3: a remedy after which nothing is heard has neither worked nor failed")
    func unproven() {
        var harness = downed(.command(limit: nil))
        let attempt = harness.remedies[0].attempt
        harness.send(.remedyFinished(attempt: attempt, component: "api", .done))
        for _ in 0..<100 where harness.intents[attempt]?.outcome == nil { _ = harness.play("?") }
        #expect(harness.intents[attempt]?.outcome == .interrupted)
        #expect(harness.state() == .unknown)
    }

    @Test(
        "H3: inputs that waited for long in one batch begin no more than the limit: what follows comes after its commit"
    )
    func limitWithinABatch() {
        var heal = HealPolicy.supervision
        heal.limit = .init(count: 1, window: .minutes(5))
        var harness = EngineHarness([.program("api", .init(instances: 2), heal: heal)])
        harness.start()
        harness.obey()
        var effects = EffectBuffer()
        for number in 0..<2 {
            let report = ProcessReport(
                instance: InstanceID("api", number), launch: harness.launch("api", number),
                phase: .exited(ProcessExit(.code(1))))
            harness.engine.handle(.processChanged(report), at: harness.now, into: &effects)
            harness.now = harness.now.advanced(by: .minutes(6))
        }
        #expect(effects.durable.count == 1)
        #expect(effects.events.count { $0.kind == .healStarted } == 1)
    }

    @Test("H8: an attempt goes on from what the keeper has done since, though that was not recorded")
    func unrecordedSteps() {
        var harness = EngineHarness([.program()])
        harness.start()
        harness.obey()
        _ = harness.order(.heal("api"))
        let attempt = harness.intents.keys.max()!
        #expect(harness.engine.components[0].tracks[0].attempt?.step == .stopping)
        let report = ProcessReport(instance: InstanceID("api", 0), launch: 2, phase: .running(pid: 300))
        harness.restart(after: .seconds(30), [report])
        harness.advance(.seconds(5))
        #expect(harness.intents[attempt]?.outcome == .succeeded)
        #expect(harness.state() == .healthy)
        #expect(!harness.processes.contains { if case .stop(_, 2, _, _) = $0 { true } else { false } })
    }

    @Test("C4: with no check failing it leads out, though a limit is exceeded")
    func reliefWithLimit() {
        var policy = ComponentPolicy.watched(heal: .command(retries: 1, limit: nil))
        policy.limits = ["mem": MetricLimit(degraded: 10, unhealthy: 20)]
        var harness = EngineHarness([policy])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL")
        failAttempt(&harness)
        #expect(harness.state() == .failed)
        harness.send(.heartbeat(Heartbeat(component: "api", metrics: ["mem": 30])))
        _ = harness.play("ok ok")
        #expect(harness.state() == .unhealthy)
    }

    @Test("C4: a retry that a guard objects to is told, once for each reason")
    func retryObjected() {
        var harness = downed(
            .command(retries: 1, limit: .init(count: 1, window: .hours(24)), retryFailedEvery: .minutes(30)))
        failAttempt(&harness)
        let told = harness.suppressions().count
        harness.advance(.hours(5))
        #expect(harness.suppressions().dropFirst(told) == ["limit"])
        #expect(harness.engine.explain(0).next.contains { $0.what.contains("but waits, the limit of attempts") })
    }

    @Test("C4: after giving up one remedy is tried every retryFailedEvery")
    func retryFailed() {
        var harness = downed(.command(retries: 1, limit: nil, retryFailedEvery: .minutes(30)))
        failAttempt(&harness)
        let gaveUp = harness.now.boot
        while harness.remedies.isEmpty { harness.advance(.seconds(10)) }
        #expect(harness.now.boot - gaveUp >= .minutes(30))
        failAttempt(&harness)
        #expect(harness.state() == .failed)
        #expect(harness.kinds().filter { $0 == .gaveUp }.count == 1)
    }

    @Test("A component with no remedy stays down")
    func noRemedy() {
        var harness = EngineHarness([.watched()])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL")
        harness.advance(.hours(1))
        #expect(harness.state() == .down)
    }

    @Test(
        "H5: what depends on something that is down is not healed; when that is back it is asked first",
        arguments: [("FAIL", 1), ("?", 1), ("ok ok", 0)])
    func blocked(script: String, remedies: Int) throws {
        var harness = EngineHarness([
            .watched("db"), .watched("api", dependsOn: ["db"], heal: .command(limit: nil)),
        ])
        harness.start()
        _ = harness.play("ok", on: "db")
        _ = harness.play("ok", on: "api")
        _ = harness.play("FAIL FAIL FAIL", on: "db")
        #expect(harness.view("api").tags.contains(.blocked))
        #expect(harness.view("api").blockedBy == ["db"])
        _ = harness.play("FAIL FAIL FAIL", on: "api")
        #expect(harness.state("api") == .down)
        #expect(harness.remedies.isEmpty)
        #expect(harness.suppressions() == ["blocked"])
        _ = harness.play("ok", on: "db")
        #expect(harness.view("api").tags == [.blocked], "recovering still blocks")
        harness.checks.removeAll()
        let order = try harness.takeCheck("db")
        harness.answer(order, .healthy)
        #expect(harness.view("api").tags == [])
        #expect(harness.remedies.isEmpty, "what was known is from the time of the outage")
        #expect(harness.checks.contains { $0.component == "api" })
        _ = harness.play(script, on: "api")
        #expect(harness.remedies.count == remedies)
    }

    @Test("A ladder goes to its next rung when the attempts on one are used")
    func ladder() {
        let rungs: [HealPolicy.Rung] = [
            .init(.command(["first"], timeout: .seconds(5)), retries: 2, backoff: .init(base: .seconds(1), jitter: 0)),
            .init(.command(["second"], timeout: .seconds(5)), retries: 1),
        ]
        var harness = downed(HealPolicy(rungs: rungs, limit: nil))
        var commands: [String] = []
        while harness.state() != .failed {
            while harness.remedies.isEmpty { harness.advance(.seconds(1)) }
            commands.append(harness.remedies.last!.command?.first ?? "none")
            failAttempt(&harness)
        }
        #expect(commands == ["first", "first", "second"])
    }

    @Test("H8: a command under way when Hale died is not repeated: interrupted, a new start period, evidence decides")
    func interrupted() {
        var harness = downed(.command())
        #expect(harness.remedies.count == 1)
        harness.remedies.removeAll()
        harness.restart(after: .seconds(5))
        #expect(harness.remedies.isEmpty)
        #expect(harness.kinds().contains(.healInterrupted))
        harness.advance(.seconds(3))
        #expect(harness.state() == .starting)
        #expect(harness.play("ok ok") == "recovering healthy")
    }

    @Test("H9: without a store limited remedies wait and unlimited ones go on")
    func storeTrouble() {
        var limited = EngineHarness([.watched(heal: .command())])
        limited.start()
        _ = limited.play("ok")
        limited.send(.storeTrouble("disk full"))
        _ = limited.play("FAIL FAIL FAIL")
        #expect(limited.remedies.isEmpty)
        #expect(limited.suppressions() == ["store"])
        limited.send(.storeTrouble(nil))
        #expect(limited.remedies.count == 1)

        var unlimited = EngineHarness([.program()])
        unlimited.start()
        unlimited.obey()
        unlimited.send(.storeTrouble("disk full"))
        unlimited.exit()
        #expect(unlimited.processes.count == 1)
    }

    @Test("H9: after the database was set aside every limit counts as used")
    func setAside() {
        var harness = downed(.command())
        harness.remedies.removeAll()
        harness.restart(after: .seconds(5), setAside: "/tmp/damaged")
        _ = harness.play("ok FAIL FAIL FAIL")
        #expect(harness.remedies.isEmpty)
        #expect(harness.suppressions().contains("limit"))
    }
}
