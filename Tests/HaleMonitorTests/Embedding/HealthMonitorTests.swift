import HaleModel
import HaleMonitor
import Testing

/// Hale within a program, with its real engine, store and clock.
@Suite struct HealthMonitorTests {
    private func withHale(_ body: (EmbeddedHale) async throws -> Void) async throws {
        let hale = EmbeddedHale()
        defer { hale.remove() }
        try await body(hale)
    }

    @Test func aWorkerThatFallsSilentIsHealedByAClosure() async throws {
        try await withHale { hale in
            let monitor = try hale.make()
            let changes = Notes<StateChange>()
            let orders = Notes<RemedyOrder>()
            let beating = Notes<Bool>()
            monitor.onStateChange { changes.add($0) }
            try await monitor.register("worker") { worker in
                worker.heartbeat(late: .milliseconds(200), missing: .milliseconds(400), dead: .milliseconds(600))
                worker.onRemedy(cooldown: .zero, verifyAfter: .zero) { order in
                    orders.add(order)
                    beating.add(true)
                }
            }
            try await hale.run(monitor) {
                try monitor.heartbeat("worker")
                try await eventually("it is healthy") { monitor.health["worker"]?.state == .healthy }
                // It falls silent until the closure makes it beat.
                try await eventually("it is healed") {
                    if beating.all.last == true { try monitor.heartbeat("worker", metrics: ["memory_mb": 12]) }
                    return changes.all.last?.from == .restarting
                        || changes.all.last?.to == .healthy
                            && orders.all.count == 1
                }
                try await eventually("it is healthy again, and its number is seen") {
                    try monitor.heartbeat("worker", metrics: ["memory_mb": 13])
                    let worker = monitor.health["worker"]
                    return worker?.state == .healthy && worker?.metrics["memory_mb"] == 13
                        && changes.all.last?.to == .healthy
                }
                #expect(orders.all.map(\.number) == [1])
                #expect(orders.all.first?.component == "worker" && orders.all.first?.command == nil)
                let states = changes.all.map(\.to)
                #expect(states.contains(.down) && states.contains(.restarting), "\(states)")
                for (former, next) in zip(changes.all, changes.all.dropFirst()) { #expect(former.to == next.from) }
            }
        }
    }

    @Test func aLimitHoldsThoughTheProgramIsStartedAgain() async throws {
        try await withHale { hale in
            let calls = Notes<Int>()
            for run in 1...2 {
                let monitor = try hale.make()
                try await monitor.register("broken") { broken in
                    broken.failureThreshold = 1
                    broken.startPeriod = .zero
                    broken.check(every: .milliseconds(100)) { HealthCheckResult(.critical, "it is broken") }
                    broken.onRemedy(limit: 1, verifyAfter: .zero) { _ in calls.add(run) }
                }
                try await hale.run(monitor) {
                    try await eventually("the limit objects") {
                        if case .limit? = monitor.health["broken"]?.heal?.suppressed { true } else { false }
                    }
                }
            }
            #expect(calls.all == [1])
        }
    }

    @Test func checksAreRunBoundedAndCounted() async throws {
        try await withHale { hale in
            struct Broken: Error, CustomStringConvertible { var description: String { "the disk is gone" } }
            struct Database: HealthCheckable {
                func checkHealth() async -> HealthCheckResult {
                    HealthCheckResult(.degraded, "slow", metrics: ["queue": 3])
                }
            }
            let monitor = try hale.make()
            try await monitor.register("database", Database())
            try await monitor.register("parts") { parts in
                parts.check("good") { HealthCheckResult(.healthy, "fine") }
                parts.check("throws") { throw Broken() }
                parts.check("hangs", every: .milliseconds(200), timeout: .milliseconds(50)) {
                    try await Task.sleep(for: .seconds(3_600))
                    return HealthCheckResult(.healthy, "too late")
                }
            }
            try await hale.run(monitor) {
                let found = Dictionary(
                    uniqueKeysWithValues: try await monitor.checkNow("parts").map { ($0.check, $0.result) })
                #expect(found["good"]?.status == .healthy && (found["good"]?.latency ?? .zero) > .zero)
                #expect(found["throws"]?.status == .critical && found["throws"]?.message == "the disk is gone")
                #expect(found["hangs"]?.status == .critical && found["hangs"]?.message == "no result within 50ms")
                let all = try await monitor.checkNow()
                #expect(all.map(\.component).contains("database"))
                try await eventually("its numbers are seen") { monitor.health["database"]?.metrics["queue"] == 3 }
                #expect(monitor.health["database"]?.checks.first?.kind == "closure")
                await #expect(throws: MonitorError.self) { try await monitor.checkNow("nobody") }
            }
        }
    }

    /// Swift can't end a closure; it can only stop waiting for it.
    @Test func aClosureThatHeedsNothingHoldsUpNothing() async throws {
        try await withHale { hale in
            let monitor = try hale.make()
            let (gate, opening) = AsyncStream.makeStream(of: Void.self)
            let runs = Notes<Int>()
            try await monitor.register("stuck") { stuck in
                stuck.check(every: .milliseconds(100), timeout: .milliseconds(50)) {
                    runs.add(1)
                    // A task of its own is not cancelled with the caller's.
                    await Task { for await _ in gate {} }.value
                    return HealthCheckResult(.healthy, "at last")
                }
            }
            try await hale.run(monitor) {
                try await eventually("it is said that it has not ended") {
                    monitor.health["stuck"]?.checks.first?.message == "the run of before has not ended"
                }
                #expect(runs.all.count == 1, "a check never overlaps itself")
            }
            opening.finish()
        }
    }

    @Test func componentsComeAndGoWhileItRuns() async throws {
        try await withHale { hale in
            let monitor = try hale.make()
            try await hale.run(monitor) {
                try await monitor.register("base") { $0.check { HealthCheckResult(.healthy, "fine") } }
                try await monitor.register("above") {
                    $0.dependsOn = ["base"]
                    $0.check { HealthCheckResult(.healthy, "fine") }
                }
                try await eventually("both are healthy") {
                    monitor.health["base"]?.state == .healthy && monitor.health["above"]?.state == .healthy
                }
                await #expect(throws: MonitorError.self) { try await monitor.unregister("base") }
                // Another closure for the same component is in force at once.
                try await monitor.register("above") { $0.check { HealthCheckResult(.degraded, "half") } }
                #expect(try await monitor.checkNow("above").map(\.result.message) == ["half"])
                try await monitor.unregister("base")
                try await eventually("it is gone") { monitor.health["base"] == nil }
                #expect(throws: MonitorError.self) { try monitor.heartbeat("base") }
            }
            await #expect(throws: MonitorError.self) { try await monitor.register("late") { _ in } }
            await #expect(throws: MonitorError.self) { try await monitor.checkNow("above") }
        }
    }

    @Test func oneDirectoryIsForOneHale() async throws {
        try await withHale { hale in
            do {
                let monitor = try hale.make()
                #expect(throws: MonitorError.self) { try hale.make() }
                try await hale.run(monitor) {}
            }
            // The directory is free again when the monitor is gone.
            try await hale.run(try hale.make()) {}
            #expect(throws: MonitorError.self) { try HealthMonitor(dataDirectory: "") }
            #expect(throws: MonitorError.self) {
                try HealthMonitor(dataDirectory: hale.directory, bind: Endpoint(host: "0.0.0.0", port: 0))
            }
        }
    }

    // MARK: What is refused

    struct Mistake: CustomTestStringConvertible, Sendable {
        var says: String
        var make: @Sendable (inout MonitoredComponent) -> Void
        var testDescription: String { says }
    }

    static let mistakes: [Mistake] = [
        .init(says: "interval of 50ms") { $0.check(every: .milliseconds(50)) { .init(.healthy, "") } },
        .init(says: "time-out of 2s") { $0.check(every: .seconds(1), timeout: .seconds(2)) { .init(.healthy, "") } },
        .init(says: "time-out of 0s") { $0.check(timeout: .zero) { .init(.healthy, "") } },
        .init(says: "'no name' is not a name") { $0.check("no name") { .init(.healthy, "") } },
        .init(says: "two checks 'check'") {
            $0.check { .init(.healthy, "") }
            $0.check { .init(.healthy, "") }
        },
        .init(says: "do not rise") { $0.heartbeat(late: .seconds(9), missing: .seconds(3), dead: .seconds(12)) },
        .init(says: "do not rise") { $0.heartbeat(late: .zero) },
        .init(says: "a limit is from 1") { $0.onRemedy(limit: 0) { _ in } },
        .init(says: "a window is up to") { $0.onRemedy(per: .seconds(-5)) { _ in } },
        .init(says: "a time-out is from") { $0.onRemedy(timeout: .zero) { _ in } },
        .init(says: "a cooldown is up to") { $0.onRemedy(cooldown: .seconds(Int64.max)) { _ in } },
        .init(says: "verifyAfter is up to") { $0.onRemedy(verifyAfter: .seconds(7_200)) { _ in } },
        .init(says: "thresholds are from") { $0.failureThreshold = 0 },
        .init(says: "a start period of") { $0.startPeriod = .seconds(8 * 86_400) },
        .init(says: "depends on 'nobody', which is not registered") { $0.dependsOn = ["nobody"] },
        .init(says: "form a cycle: odd → odd") { $0.dependsOn = ["odd"] },
    ]

    @Test(arguments: mistakes) func mistakesAreToldAndChangeNothing(_ mistake: Mistake) async throws {
        try await withHale { hale in
            let monitor = try hale.make()
            do {
                try await monitor.register("odd", mistake.make)
                Issue.record("it was accepted")
            } catch {
                #expect("\(error)".contains(mistake.says), "\(error)")
            }
            #expect(throws: MonitorError.self) { try monitor.heartbeat("odd") }
            try await hale.run(monitor) {}
        }
    }

    @Test func heartbeatsOutOfBoundsAreRefused() async throws {
        try await withHale { hale in
            let monitor = try hale.make()
            try await monitor.register("worker") { $0.heartbeat() }
            let many = Dictionary(uniqueKeysWithValues: (0...Heartbeat.maxMetrics).map { ("m\($0)", 1.0) })
            #expect(throws: MonitorError.self) { try monitor.heartbeat("worker", metrics: ["error_rate": 1.5]) }
            #expect(throws: MonitorError.self) { try monitor.heartbeat("worker", metrics: ["x": .nan]) }
            #expect(throws: MonitorError.self) { try monitor.heartbeat("worker", metrics: many) }
            #expect(throws: MonitorError.self) { try monitor.heartbeat("worker", progress: .infinity) }
            #expect(throws: MonitorError.self) {
                try monitor.heartbeat("worker", message: String(repeating: "x", count: 2_000))
            }
            try await hale.run(monitor) {}
        }
    }

    @Test func aProgramsOwnChecksAreOneDocument() async throws {
        var checks = HealthChecks(timeout: .milliseconds(100))
        checks.add("cache") { HealthCheckResult(.healthy, "warm") }
        #expect(await checks.run(version: "2.1").status == .pass)
        checks.add("disk") { HealthCheckResult(.degraded, "91 % full") }
        checks.add("queue") {
            try await Task.sleep(for: .seconds(3_600))
            return HealthCheckResult(.healthy, "too late")
        }
        let document = await checks.run(version: "2.1")
        #expect(document.status == .fail && document.version == "2" && document.releaseId == "2.1")
        #expect(document.output == "queue: no result within 100ms")
        #expect(document.checks["disk"]?.first?.status == .warn)
        #expect(document.checks["cache"]?.first?.status == .pass && document.checks["cache"]?.first?.output == nil)
    }
}
