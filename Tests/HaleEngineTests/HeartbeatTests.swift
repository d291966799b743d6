import HaleModel
import Testing

@testable import HaleEngine

@Suite("Heartbeats")
struct HeartbeatTests {
    private func heard(
        _ policy: HeartbeatPolicy = .init(), checks: [CheckPolicy] = [], heal: HealPolicy? = nil,
        limits: [String: MetricLimit] = [:]
    ) -> EngineHarness {
        var harness = EngineHarness([
            ComponentPolicy(id: "api", checks: checks, heartbeat: policy, limits: limits, heal: heal)
        ])
        harness.start()
        harness.beat()
        return harness
    }

    @Test("S3: late, missing, dead; a beat ends lateness, and after down S2 applies")
    func silence() {
        var harness = heard()
        #expect(harness.state() == .healthy)
        harness.advance(.seconds(46))
        #expect(harness.state() == .degraded)
        harness.advance(.seconds(45))
        #expect(harness.state() == .unhealthy)
        harness.beat()
        #expect(harness.state() == .healthy)
        harness.advance(.seconds(181))
        #expect(harness.state() == .down)
        #expect(harness.view().cause.rule == .s3)
        harness.beat()
        #expect(harness.state() == .recovering)
        #expect(harness.kinds().contains(.heartbeatReceived))
        harness.beat()
        #expect(harness.state() == .healthy)
    }

    @Test("S3: never heard at all is unhealthy, then down, and not healed")
    func neverHeard() {
        var harness = EngineHarness([ComponentPolicy(id: "api", heartbeat: .init(), heal: .command(limit: nil))])
        harness.start()
        #expect(harness.state() == .starting)
        harness.advance(.seconds(181))
        #expect(harness.state() == .unhealthy)
        harness.advance(.seconds(180))
        #expect(harness.state() == .down)
        harness.advance(.hours(1))
        #expect(harness.remedies.isEmpty)
    }

    @Test("S3: heard and then dead is healed")
    func deadIsHealed() {
        var harness = heard(heal: .command(limit: nil))
        harness.advance(.seconds(200))
        #expect(harness.remedies.count == 1)
    }

    @Test("S3: while a check succeeds, silence is at worst unhealthy; an authoritative heartbeat decides all the same")
    func provenAlive() {
        for isAuthoritative in [false, true] {
            let check = CheckPolicy(name: "http", kind: "http")
            var harness = heard(.init(isAuthoritative: isAuthoritative), checks: [check])
            for _ in 0..<30 { _ = harness.play("ok") }
            #expect(harness.state() == (isAuthoritative ? .down : .unhealthy))
        }
    }

    @Test("S3: a beat never clears a failed check")
    func failedCheck() {
        var harness = heard(checks: [CheckPolicy(name: "http", kind: "http")])
        _ = harness.play("ok FAIL FAIL FAIL")
        harness.beat()
        #expect(harness.state() == .down)
    }

    @Test("S3: an unreadable heartbeat is an event, not a death")
    func unreadable() {
        var harness = heard()
        harness.send(.heartbeatUnreadable(component: "api", reason: "torn"))
        #expect(harness.state() == .healthy)
        #expect(harness.kinds().last == .heartbeatUnreadable)
    }

    @Test("S1, S2: reported statuses count as results")
    func statuses() {
        var harness = heard()
        harness.beat(.degraded)
        #expect(harness.state() == .degraded)
        for expected in [HealthState.degraded, .unhealthy, .down] {
            harness.beat(.critical)
            #expect(harness.state() == expected)
        }
        harness.beat()
        harness.beat()
        #expect(harness.state() == .healthy)
    }

    @Test("S5: a reported metric beyond its limit is never down")
    func limits() {
        var harness = heard(limits: ["memory_mb": .init(degraded: 900, unhealthy: 1200)])
        harness.beat(metrics: ["memory_mb": 950])
        #expect(harness.state() == .degraded)
        #expect(harness.view().cause.evidence == "memory_mb is 950, limit 900")
        harness.beat(metrics: ["memory_mb": 99_999])
        #expect(harness.state() == .unhealthy)
        harness.beat(metrics: ["memory_mb": 100])
        #expect(harness.state() == .healthy)
    }

    @Test("S4, S7: error rates and traffic count for a window, then are forgotten")
    func rates() {
        for origin in OperationCounts.Origin.allCases {
            var harness = EngineHarness([ComponentPolicy(id: "api", heartbeat: .init(late: .hours(1)))])
            harness.start()
            harness.beat()
            harness.send(.operations(.init(component: "api", origin: origin, succeeded: 70, failed: 30)))
            #expect(harness.state() == .unhealthy)
            #expect(harness.view().cause.rule == (origin == .traffic ? .s7 : .s4))
            harness.send(.operations(.init(component: "api", origin: origin, succeeded: 0, failed: 100)))
            #expect(harness.state() == .down)
            harness.advance(.seconds(80))
            #expect(harness.state() == .healthy)
            #expect(harness.engine.nextDeadline != nil)
        }
    }

    @Test("S7, S5: slow traffic is degraded, never down")
    func slowTraffic() {
        let policy = ErrorRatePolicy(slow: .milliseconds(400))
        var harness = EngineHarness([ComponentPolicy(id: "api", heartbeat: .init(), errorRate: policy)])
        harness.start()
        harness.beat()
        let counts = OperationCounts(
            component: "api", origin: .traffic, succeeded: 100, failed: 0, latency: .milliseconds(900))
        harness.send(.operations(counts))
        #expect(harness.state() == .degraded)
        #expect(harness.view().cause.rule == .s5)
    }

    @Test("C5: a last 'stopping' beat is no alarm, and a beat ends it")
    func stopping() {
        var harness = heard(heal: .command())
        harness.beat(isStopping: true)
        #expect(harness.state() == .unknown)
        #expect(harness.view().tags == [.stopped])
        harness.advance(.hours(3))
        #expect(harness.state() == .unknown)
        #expect(harness.remedies.isEmpty)
        harness.restart(after: .minutes(1))
        #expect(harness.view().tags == [.stopped], "known after a restart of Hale")
        harness.beat()
        #expect(harness.state() == .healthy)
        #expect(harness.view().tags == [])
    }

    private func program() -> EngineHarness {
        var harness = EngineHarness([
            ComponentPolicy(id: "api", heartbeat: .init(), program: ProgramPolicy(), heal: .supervision)
        ])
        harness.start()
        harness.obey()
        harness.beat()
        return harness
    }

    @Test("C5: a program that says that it stops because Hale restarts it is started again")
    func lastWordsDuringARestart() {
        var harness = program()
        _ = harness.order(.heal("api"))
        #expect(harness.processes == [.stop(InstanceID("api", 0), launch: 1, signal: 15, timeout: .seconds(10))])
        harness.beat(isStopping: true)
        harness.obey()
        harness.beat(isStopping: true)
        harness.obey(pid: 101)
        #expect(harness.launch() == 2)
        harness.beat()
        harness.advance(.seconds(4))
        harness.beat()
        #expect(harness.state() == .healthy)
        #expect(harness.view().tags == [])
    }

    @Test("C5: a command that ends what it heals does not make it stopped on purpose")
    func lastWordsDuringACommand() throws {
        var harness = heard(heal: .command())
        harness.advance(.seconds(200))
        let order = try #require(harness.remedies.last)
        harness.beat(isStopping: true)
        #expect(harness.view().tags == [])
        harness.send(.remedyFinished(attempt: order.attempt, component: "api", .failed("exit code 3")))
        #expect(harness.kinds().contains(.healFailed))
        #expect(harness.state() == .down)
    }

    @Test("C5: programs that say so when they are ended with Hale are started with it")
    func lastWordsAtTheEnd() {
        var harness = program()
        _ = harness.order(.shutdown(programs: true))
        harness.beat(isStopping: true)
        harness.obey()
        harness.restart(after: .minutes(1))
        #expect(harness.launch() == 2)
        #expect(harness.view().tags == [])
    }

    @Test("C5: of what Hale runs, the exit decides, whatever it said")
    func programStopsByItself() {
        var harness = program()
        harness.beat(isStopping: true)
        #expect(harness.view().tags == [])
        harness.exit(code: 0)
        #expect(harness.launch() == 2, "it is to run always")
    }

    @Test("C5: what a person stopped says nothing that would start it")
    func stoppedByHand() {
        var harness = program()
        _ = harness.order(.stop("api"))
        harness.beat()
        #expect(harness.view().tags == [.stopped])
        harness.obey()
        harness.beat()
        #expect(harness.view().tags == [.stopped])
    }

    @Test("C5: an explanation says what ends the stop")
    func whatEndsAStop() {
        var harness = heard()
        harness.beat(isStopping: true)
        guard case .explained(let explanation)? = harness.order(.explain("api")) else {
            Issue.record("no explanation")
            return
        }
        #expect(explanation.next.contains { $0.what.contains("its next heartbeat") }, "\(explanation.next)")
    }

    @Test("C5: nobody waits for the last word of what sends no heartbeats")
    func lastWordsOfTheSilent() {
        var harness = EngineHarness([.program()])
        harness.start()
        harness.obey()
        harness.beat(isStopping: true)
        #expect(harness.view().tags == [])
        harness.exit()
        #expect(harness.launch() == 2)
    }

    @Test("C9: ages begin anew after a restart of Hale, and stalls do not count")
    func time() {
        var harness = heard()
        harness.advance(.seconds(40))
        harness.restart(after: .minutes(30))
        #expect(harness.state() == .healthy)
        harness.advance(.seconds(44))
        #expect(harness.state() == .healthy)
        harness.advance(.seconds(5))
        #expect(harness.state() == .degraded)
        harness.beat()
        harness.now = harness.now.advanced(by: .minutes(10))
        harness.send(.tick)
        #expect(harness.state() == .healthy, "the engine stood still, not the component")
        harness.advance(.seconds(181))
        #expect(harness.state() == .down)
    }
}
