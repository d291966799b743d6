import HaleResilience
import Testing

struct HealthMonitorTests {
    let clock = ManualClock()
    var monitor: HealthMonitor { HealthMonitor(interval: .seconds(10), checkTimeout: .seconds(99), clock: clock) }

    @Test(arguments: [
        (100, 0, HealthStatus.healthy), (100, 4, .healthy), (100, 5, .degraded), (100, 19, .degraded),
        (100, 20, .unhealthy), (100, 49, .unhealthy), (100, 50, .critical), (2, 1, .critical), (0, 0, .healthy),
    ])
    func `status follows the error rate`(operations: Int, failures: Int, status: HealthStatus) {
        let monitor = monitor
        monitor.register("db")
        for _ in 0..<failures { monitor.recordFailure("db", Broken()) }
        for _ in failures..<operations { monitor.recordSuccess("db", responseTime: .milliseconds(4)) }
        let health = monitor.componentHealth("db")
        #expect(health?.status == status)
        #expect(health?.failures == failures)
        #expect(health?.meanResponseTime == (operations > failures ? .milliseconds(4) : nil))
    }

    @Test func `failures are forgotten after the window`() {
        let monitor = monitor
        monitor.recordFailure("db", Broken())
        #expect(monitor.systemHealth().status == .critical)
        clock.advance(by: .seconds(70))
        #expect(monitor.componentHealth("db")?.status == .healthy)
        #expect(monitor.componentHealth("never heard of") == nil)
    }

    @Test func `the system is as bad as its worst component`() {
        let monitor = monitor
        monitor.register("cache")
        monitor.recordFailure("db", Broken(number: 3))
        let health = monitor.systemHealth()
        #expect(health.status == .critical)
        #expect(health.count(of: .healthy) == 1 && health.count(of: .critical) == 1)
        #expect(
            health.issues == [
                .init(component: "db", status: .critical, reason: "1 of 1 operations failed, last: Broken(number: 3)")
            ])
    }

    @Test func `checks run in rounds, and an alert comes once per worsening`() async throws {
        let monitor = monitor
        let checks = Counter()
        let alerts = Counter()
        monitor.register("db") { if (2...3).contains(checks.next()) { throw Broken() } }
        monitor.onAlert(from: .unhealthy) { _ in alerts.next() }
        let running = Task { await monitor.run() }
        for round in 1...5 {
            #expect(await eventually { clock.nextWake == .seconds(10) && checks.value == round })
            #expect(alerts.value == (round == 1 ? 0 : 1))
            clock.advance(by: .seconds(10))
        }
        #expect(await eventually { checks.value == 6 })
        running.cancel()
        await running.value
    }

    @Test func `registering anew forgets what the former check said`() async {
        let monitor = monitor
        let gate = Gate()
        monitor.register("db") { throw Broken() }
        await monitor.check()
        #expect(monitor.systemHealth().status == .unhealthy)
        monitor.register("db")
        #expect(monitor.componentHealth("db")?.failedCheck == nil)
        #expect(monitor.systemHealth().status == .healthy)
        monitor.register("db") {
            try await gate.pass()
            throw Broken()
        }
        async let round: Void = monitor.check()
        await gate.arrivals(1)
        monitor.register("db")
        gate.open()
        await round
        #expect(monitor.componentHealth("db")?.failedCheck == nil)
    }

    @Test func `an error may ask the monitor while it is described`() {
        struct Curious: Error, CustomStringConvertible {
            let monitor: HealthMonitor
            var description: String { "status \(monitor.systemHealth().status.rawValue)" }
        }
        let monitor = monitor
        monitor.recordFailure("db", Curious(monitor: monitor))
        #expect(monitor.componentHealth("db")?.lastFailure == "status healthy")
    }

    @Test func `the longest response times add up`() {
        let monitor = monitor
        for _ in 0..<5 { monitor.recordSuccess("db", responseTime: .seconds(Int64.max)) }
        monitor.recordSuccess("db", responseTime: .seconds(Int64.min))
        #expect((monitor.componentHealth("db")?.meanResponseTime ?? .zero) > .seconds(1))
    }

    @Test(.timeLimit(.minutes(2))) func `an alert may stop the monitor`() async {
        let monitor = monitor
        let stopped = Counter()
        monitor.register("db") { throw Broken() }
        monitor.onAlert(from: .unhealthy) { _ in
            await monitor.stop()
            stopped.next()
        }
        monitor.start()
        #expect(await eventually { stopped.value == 1 })
        await monitor.stop()
        await clock.sleepers(0)
    }

    @Test func `what it checks is free of the deadline of who started it`() async throws {
        let monitor = monitor
        let left = Counter()
        monitor.register("db") { if Deadline.remaining == .seconds(99) { left.next() } }
        let clock = clock
        try await Timeout(.seconds(1), events: .init(), clock: clock).execute { monitor.start() }
        #expect(await eventually { left.value == 1 && clock.nextWake == .seconds(10) })
        clock.advance(by: .seconds(10))
        #expect(await eventually { left.value == 2 })
        await monitor.stop()
    }

    @Test func `a round that its caller cuts short says nothing of the components`() async throws {
        let monitor = monitor
        let gate = Gate()
        monitor.register("db") { try await gate.pass() }
        let round = Task {
            try await Timeout(.seconds(1), events: .init(), clock: clock).execute { await monitor.check() }
        }
        await gate.arrivals(1)
        await clock.sleepers(2)
        clock.advance(by: .seconds(1))
        await #expect(throws: TimeoutError.self) { try await round.value }
        #expect(monitor.componentHealth("db")?.failedCheck == nil)
    }

    @Test func `ends with the last reference to it`() async {
        let checks = Counter()
        var monitor: HealthMonitor? = monitor
        monitor?.register("db") { checks.next() }
        monitor?.start()
        #expect(await eventually { checks.value == 1 && clock.nextWake == .seconds(10) })
        weak let freed = monitor
        monitor = nil
        #expect(freed == nil)
        await clock.sleepers(0)
    }

    @Test func `start and stop`() async {
        let monitor = monitor
        let checks = Counter()
        monitor.register("db") { checks.next() }
        monitor.start()
        monitor.start()
        #expect(await eventually { checks.value == 1 })
        await monitor.stop()
        await clock.sleepers(0)
    }
}
