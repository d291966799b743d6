import HaleModel
import Testing

@testable import HaleEngine

@Suite("Timelines of checks")
struct TimelineTests {
    struct Line: Sendable, CustomStringConvertible {
        var rule: String
        var failures = 3
        var recoveries = 2
        var results: String
        var states: String
        var description: String { "\(rule): \(results)" }
    }

    static let lines: [Line] = [
        Line(rule: "S1", results: "ok ok FAIL FAIL FAIL FAIL", states: "healthy healthy degraded unhealthy down down"),
        Line(rule: "S1 threshold 1", failures: 1, results: "ok FAIL", states: "healthy down"),
        Line(rule: "S1 threshold 2", failures: 2, results: "ok FAIL FAIL", states: "healthy degraded down"),
        Line(
            rule: "S1 counts in a row", results: "ok FAIL FAIL ok FAIL FAIL ok",
            states: "healthy degraded unhealthy healthy degraded unhealthy healthy"),
        Line(
            rule: "S2", results: "ok FAIL FAIL FAIL ok ok", states: "healthy degraded unhealthy down recovering healthy"
        ),
        Line(
            rule: "S2 relapse", results: "ok FAIL FAIL FAIL ok FAIL ok ok",
            states: "healthy degraded unhealthy down recovering down recovering healthy"),
        Line(
            rule: "S2 threshold 3", recoveries: 3, results: "ok FAIL FAIL FAIL ok ok ok",
            states: "healthy degraded unhealthy down recovering recovering healthy"),
        Line(
            rule: "S2 degraded counts as success", results: "ok FAIL FAIL FAIL slow slow ok",
            states: "healthy degraded unhealthy down recovering degraded healthy"),
        Line(
            rule: "inconclusive", results: "ok ? FAIL ? FAIL ? FAIL ? ok ? ok",
            states: "healthy healthy degraded degraded unhealthy unhealthy down down recovering recovering healthy"),
        Line(
            rule: "S5 slow is not dead", results: "ok slow slow slow slow slow slow",
            states: "healthy degraded degraded degraded degraded degraded degraded"),
        Line(
            rule: "C2 failures in the start period", results: "FAIL FAIL FAIL FAIL ok",
            states: "starting starting starting starting healthy"),
        Line(rule: "C2 then S1", results: "FAIL ok FAIL FAIL FAIL", states: "starting healthy degraded unhealthy down"),
    ]

    @Test("States follow the results", arguments: lines)
    func states(_ line: Line) {
        var harness = EngineHarness([.watched(failures: line.failures, recoveries: line.recoveries)])
        harness.start()
        #expect(harness.state() == .starting)
        #expect(harness.play(line.results) == line.states)
    }

    @Test("C2: a start period of no length is none: failures count from the first result, and only results count")
    func noStartPeriod() {
        var harness = EngineHarness([.watched(startPeriod: .zero)])
        harness.start()
        #expect(harness.state() == .unknown)
        #expect(harness.play("FAIL FAIL FAIL ok ok") == "degraded unhealthy down recovering healthy")
    }

    @Test("C2: a start period shorter than the first run ends with its result, not before")
    func shortStartPeriod() {
        for (script, states) in [("ok", "healthy"), ("FAIL", "down")] {
            var harness = EngineHarness([.watched(startPeriod: .nanoseconds(1))])
            harness.start()
            #expect(harness.play(script) == states)
            #expect(!harness.kinds().contains(.healStarted))
        }
    }

    @Test("C2: no good result by the end of the start period is down")
    func startPeriodEnds() {
        var harness = EngineHarness([.watched()])
        harness.start()
        let began = harness.now
        while harness.state() == .starting, let order = harness.nextCheck() { harness.answer(order, .critical) }
        #expect(harness.state() == .down)
        #expect(harness.now.boot - began.boot >= .seconds(60))
        #expect(harness.view().cause.rule == .c2)
        #expect(harness.play("ok ok") == "recovering healthy")
    }

    @Test("C2: only inconclusive results leave it unknown")
    func nothingKnown() {
        var harness = EngineHarness([.watched()])
        harness.start()
        while harness.state() == .starting, let order = harness.nextCheck() { harness.answer(order, nil, "no driver") }
        #expect(harness.state() == .unknown)
        #expect(harness.view().cause.evidence.contains("no driver"))
    }

    @Test("S5: a good answer slower than the limit is degraded")
    func slow() {
        var policy = ComponentPolicy.watched()
        policy.checks[0].slow = .milliseconds(400)
        var harness = EngineHarness([policy])
        harness.start()
        let order = harness.nextCheck()!
        harness.answer(order, .healthy, latency: .milliseconds(401))
        #expect(harness.state() == .degraded)
        #expect(harness.view().cause.rule == .s5)
        #expect(harness.view().cause.evidence.contains("limit 400ms"))
        harness.answer(harness.nextCheck()!, .healthy, latency: .milliseconds(400))
        #expect(harness.state() == .healthy)
    }

    @Test("A check never overlaps itself, and a lost run says nothing")
    func lostRun() throws {
        var harness = EngineHarness([.watched()])
        harness.start()
        #expect(harness.play("ok") == "healthy")
        let lost = try harness.takeCheck()
        harness.advance(.seconds(9))
        #expect(harness.checks.isEmpty)
        harness.advance(.seconds(8))
        #expect(harness.checks.count == 1)
        #expect(harness.state() == .healthy)
        harness.answer(lost, .critical)
        #expect(harness.state() == .healthy, "the answer of a lost run comes too late")
    }

    @Test("After a first failure the next check comes sooner")
    func recheck() throws {
        var harness = EngineHarness([.watched()])
        harness.start()
        #expect(harness.play("ok FAIL") == "healthy degraded")
        let failed = harness.now.boot
        _ = try harness.takeCheck()
        let wait = harness.now.boot - failed
        #expect(wait >= .milliseconds(4_750) && wait <= .milliseconds(5_250))
    }

    @Test("Runs keep to their interval, jittered by 5 %")
    func interval() throws {
        var harness = EngineHarness([.watched()])
        harness.start()
        var last: Instant?
        for _ in 0..<50 {
            let order = try harness.takeCheck()
            if let last {
                let gap = harness.now.boot - last
                #expect(gap >= .milliseconds(9_500) && gap <= .milliseconds(10_500))
            }
            last = harness.now.boot
            harness.answer(order, .healthy)
        }
    }

    @Test("The breaker spares what keeps failing, and its return is noticed")
    func breaker() throws {
        var harness = EngineHarness([.watched()])
        harness.start()
        #expect(harness.play("ok FAIL FAIL FAIL FAIL FAIL") == "healthy degraded unhealthy down down down")
        #expect(harness.kinds().contains(.circuitOpened))
        let opened = harness.now.boot
        var order = try harness.takeCheck()
        #expect(harness.now.boot - opened >= .seconds(60))
        harness.answer(order, .critical)
        let reopened = harness.now.boot
        order = try harness.takeCheck()
        #expect(harness.now.boot - reopened >= .seconds(120))
        harness.answer(order, .healthy)
        #expect(harness.state() == .recovering)
        harness.answer(try harness.takeCheck(), .healthy)
        #expect(harness.state() == .healthy)
        #expect(harness.kinds().contains(.circuitClosed))
    }

    @Test("A forced check gets through an open breaker and counts")
    func forced() throws {
        var harness = EngineHarness([.watched()])
        harness.start()
        _ = harness.play("ok FAIL FAIL FAIL FAIL FAIL")
        harness.send(.order(id: 7, .check("api")))
        let order = harness.checks.removeLast()
        #expect(harness.answers[7] == nil, "answered when the result is in")
        harness.answer(order, .healthy, "back")
        guard case .checked(let results) = harness.answers[7] else { return #expect(Bool(false), "no answer") }
        #expect(results.map(\.result.message) == ["back"])
        #expect(harness.state() == .recovering)
    }

    @Test("A forced check that takes too long is answered as it counts")
    func forcedAndSlow() throws {
        var policy = ComponentPolicy.watched()
        policy.checks[0].slow = .milliseconds(200)
        var harness = EngineHarness([policy])
        harness.start()
        _ = harness.play("ok")
        harness.send(.order(id: 7, .check("api")))
        harness.answer(harness.checks.removeLast(), .healthy, "200 OK", latency: .milliseconds(401))
        guard case .checked(let results) = harness.answers[7] else { return #expect(Bool(false), "no answer") }
        #expect(results.map(\.result.message) == ["slow: 401ms, limit 200ms (200 OK)"])
        #expect(results.map(\.result.status) == [.degraded])
        #expect(harness.state() == .degraded)
    }

    @Test("Events tell the first failure, a change of its kind, and the first success")
    func checkEvents() {
        var harness = EngineHarness([.watched()])
        harness.start()
        _ = harness.play("ok")
        for message in ["refused 1", "refused 2", "timed out", "timed out"] {
            harness.answer(harness.nextCheck()!, .critical, message)
        }
        _ = harness.play("ok ok")
        let kinds = harness.kinds().filter { [.checkFailed, .checkPassed].contains($0) }
        #expect(kinds == [.checkFailed, .checkFailed, .checkPassed])
    }
}
