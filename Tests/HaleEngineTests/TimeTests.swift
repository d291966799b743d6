import HaleModel
import Testing

@testable import HaleEngine

@Suite("C9: time across stalls and restarts")
struct TimeTests {
    @Test("A stall moves deadlines of evidence, and failures that span it say nothing")
    func stall() throws {
        var harness = EngineHarness([.watched()])
        harness.start()
        _ = harness.play("ok")
        let order = try harness.takeCheck()
        harness.now = harness.now.advanced(by: .seconds(40))
        harness.send(
            .checkFinished(
                run: order.run, component: "api", check: "http",
                HealthCheckResult(.critical, "timed out", timestamp: harness.now.wall, latency: .seconds(40))))
        #expect(harness.kinds().contains(.haleStalled))
        #expect(harness.state() == .healthy)
    }

    @Test("A stall does not shorten a start period")
    func startPeriod() {
        var harness = EngineHarness([.watched()])
        harness.start()
        harness.answer(harness.nextCheck()!, .critical)
        harness.now = harness.now.advanced(by: .seconds(90))
        harness.send(.tick)
        #expect(harness.state() == .starting)
    }

    @Test("A cooldown goes on through a stall")
    func cooldown() {
        var harness = EngineHarness([.watched(heal: .command())])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL")
        let order = harness.remedies.removeLast()
        harness.send(.remedyFinished(attempt: order.attempt, component: "api", .done))
        while harness.state() != .healthy { harness.answer(harness.nextCheck()!, .healthy) }
        _ = harness.play("FAIL FAIL FAIL")
        #expect(harness.remedies.isEmpty)
        harness.now = harness.now.advanced(by: .minutes(6))
        harness.send(.tick)
        #expect(harness.remedies.count == 1)
    }

    @Test("States, counters and since survive a restart; an open start period begins anew")
    func restart() {
        var harness = EngineHarness([.watched(), .watched("late")])
        harness.start()
        _ = harness.play("ok FAIL")
        let since = harness.view().since
        harness.advance(.seconds(30))
        harness.checks.removeAll()
        harness.restart(after: .seconds(50))
        #expect(harness.state() == .degraded)
        #expect(harness.view().since == since)
        #expect(harness.view().checks[0].consecutiveFailures == 1)
        #expect(harness.state("late") == .starting)
        #expect(harness.play("FAIL FAIL") == "unhealthy down")
    }

    @Test("Counters alone are written at the next checkpoint")
    func checkpoint() {
        var harness = EngineHarness([.watched()])
        harness.start()
        _ = harness.play("ok ok ok ok ok")
        harness.pauseChecks(of: "api")
        harness.advance(.seconds(10))
        harness.checks.removeAll()
        harness.restart(after: .seconds(1))
        #expect(harness.view().checks[0].total == 5)
    }

    @Test("Counters are written when Hale is told to end")
    func lastCounters() {
        var harness = EngineHarness([.watched()])
        harness.start()
        _ = harness.play("ok ok ok ok ok")
        _ = harness.order(.shutdown(programs: false))
        #expect(harness.isFinished)
        harness.restart(after: .seconds(1))
        #expect(harness.view().checks[0].total == 5)
    }

    @Test(
        "Stamps from the future count as now, and elapsed time is never negative",
        arguments: [-100_000, -50, 0, 50, 100_000])
    func clockShift(wallStep: Int64) {
        let before = Moment(
            boot: Instant(nanoseconds: 1_000_000_000_000), wall: WallTime(nanoseconds: 1_000_000_000_000_000))
        let now = Moment(boot: Instant(nanoseconds: 7_000_000_000), wall: before.wall + .seconds(wallStep))
        let shift = ClockShift(lastSeen: before, isSameBoot: false, now: now)
        let elapsed = max(TimeSpan.zero, .seconds(wallStep))
        #expect(shift.deadline(before.boot + .seconds(60)) == now.boot - elapsed + .seconds(60))
        #expect(shift.stamp(before.boot + .seconds(999_999)) <= now.boot)
    }

    @Test("Deadlines fire in their order, once, and moving one leaves nothing behind")
    func deadlines() {
        var deadlines = Deadlines()
        var random = SeededGenerator(seed: 9)
        let slots = (0..<200).map { _ in deadlines.addSlot() }
        var expected: [Int: Int64] = [:]
        for _ in 0..<20_000 {
            let slot = slots.randomElement(using: &random)!
            if random.chance(0.3) {
                deadlines[slot] = nil
                expected[slot] = nil
            } else {
                let at = Int64.random(in: 0..<1_000, using: &random)
                deadlines[slot] = Instant(nanoseconds: at)
                expected[slot] = at
            }
            #expect(deadlines.earliest?.nanoseconds == expected.values.min())
        }
        var fired: [(Int64, Int)] = []
        while let slot = deadlines.popDue(at: .distantFuture) { fired.append((expected[slot]!, slot)) }
        #expect(fired.map(\.1) == expected.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key))
    }

    @Test("H9: after a damaged database was set aside, ids of events go on above all that were used")
    func idsAfterLoss() throws {
        var harness = EngineHarness([.watched()])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL ok ok")
        let last = try #require(harness.events.last).id
        harness.events.removeAll()
        harness.restart(after: .seconds(5), setAside: "hale.db.damaged")
        #expect(harness.events.allSatisfy { $0.id > last && $0.id.number > 1_000_000_000 })
        #expect(!harness.events.isEmpty)
    }
}
