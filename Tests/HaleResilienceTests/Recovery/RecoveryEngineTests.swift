import HaleResilience
import Testing

struct RecoveryEngineTests {
    struct Refresh: RecoveryStrategy {
        let refreshed = Counter()
        func canRecover(from context: ErrorContext) -> Bool { context.category == .authentication }
        func recover(from context: ErrorContext) async throws { refreshed.next() }
    }

    struct Answer: ErrorTraits { var httpStatus: Int? }

    func engine(_ plan: RecoveryEngine.Plan = .init(retry: Retry(maxAttempts: 3, delay: .zero))) -> RecoveryEngine {
        RecoveryEngine(plan: plan)
    }

    @Test func `a success is no recovery`() async throws {
        let engine = engine()
        #expect(try await engine.execute(component: "c", operation: "o") { 1 } == 1)
        #expect(engine.statistics.total == 0)
    }

    @Test func `what may pass is retried, the first failure counted`() async throws {
        let engine = engine()
        let calls = Counter()
        let value = try await engine.execute(component: "c", operation: "o") {
            let call = calls.next()
            if call < 3 { throw Broken() }
            return call
        }
        #expect(value == 3)
        #expect(engine.statistics.byAction[.retry]?.successful == 1)
        #expect(engine.recentRecoveries.last?.attempts == 3)
        await #expect(throws: Broken.self) {
            try await engine.execute(component: "d", operation: "o") {
                calls.next()
                throw Broken()
            }
        }
        #expect(calls.value == 6)
        #expect(engine.statistics.byComponent["d"]?.failed == 1)
        #expect(engine.statistics.successRate == 0.5)
    }

    @Test func `calls that succeed pay for the retries of those that fail`() async throws {
        let budget = RetryBudget(ratio: 0.1, reserve: 0)
        let engine = engine(.init(retry: Retry(maxAttempts: 2, delay: .zero, budget: budget)))
        for _ in 0..<90 { _ = try await engine.execute(component: "c", operation: "o") { 1 } }
        #expect(budget.available == 9)
        let calls = Counter()
        for _ in 0..<20 {
            _ = try? await engine.execute(component: "c", operation: "o") {
                calls.next()
                throw Broken()
            }
        }
        #expect(calls.value == 20 + 11)  // a tenth of 110 calls, none of which paid twice
    }

    @Test func `a strategy repairs, then the operation is tried again`() async throws {
        let engine = engine()
        let refresh = Refresh()
        engine.register(refresh)
        let value = try await engine.execute(component: "c", operation: "o") {
            if refresh.refreshed.value == 0 { throw Answer(httpStatus: 401) }
            return 5
        }
        #expect(value == 5)
        #expect(engine.recentRecoveries.last?.action == .strategy("Refresh"))
    }

    @Test func `falls back, through an open breaker too`() async throws {
        let breaker = CircuitBreaker("b", .init(trip: .failures(3), jitter: 0), events: .init())
        let engine = engine(.init(breaker: breaker, retry: Retry(maxAttempts: 3, delay: .zero)))
        let calls = Counter()
        for _ in 0..<3 {
            let value = try await engine.execute(component: "c", operation: "o") {
                calls.next()
                throw Broken()
            } fallback: { _ in
                9
            }
            #expect(value == 9)
        }
        #expect(calls.value == 3)
        #expect(engine.statistics.byAction[.fallback]?.successful == 3)
    }

    @Test func `rolls back when nothing helps`() async throws {
        let undone = Counter()
        let engine = engine(.init(retry: Retry(maxAttempts: 1), rollback: { _ in undone.next() }))
        await #expect(throws: Answer.self) {
            try await engine.execute(component: "c", operation: "o") { throw Answer(httpStatus: 400) }
        }
        #expect(undone.value == 1)
        #expect(engine.recentRecoveries.last?.action == .rollback)
        #expect(engine.recentRecoveries.last?.success == false)
    }

    @Test func `cancellation is no failure`() async {
        let monitor = HealthMonitor()
        let engine = RecoveryEngine(monitor: monitor)
        await #expect(throws: CancellationError.self) {
            try await engine.execute(component: "c", operation: "o") { throw CancellationError() }
        }
        #expect(engine.statistics.total == 0)
        #expect(monitor.componentHealth("c") == nil)
    }

    @Test func `its classifier judges for every policy within`() async throws {
        let classifier = ErrorClassifier(.init(Broken.self) { _ in ErrorAdvice(.validation) })
        let breaker = CircuitBreaker("b", .init(trip: .failures(1), jitter: 0), events: .init())
        let engine = RecoveryEngine(
            plan: .init(breaker: breaker, retry: Retry(maxAttempts: 3, delay: .zero)), classifier: classifier)
        let calls = Counter()
        let fallback = Fallback<Void, Int>("f", events: .init()) {
            Alternative("a") { throw Broken(number: calls.next()) }
            Alternative("b") { calls.next() }
        }
        let hedge = Hedge(after: .seconds(60), events: .init())
        let inner = Retry("r", .init(delay: .zero), events: .init())
        await #expect(throws: Broken.self) {
            try await engine.execute(component: "c", operation: "o") {
                try await inner { try await hedge { try await fallback() } }
            }
        }
        #expect(calls.value == 1)
        #expect(breaker.state == .closed && breaker.metrics.ignored == 1)
        #expect(ErrorClassifier.standard.category(of: Broken()) == .unknown)
    }

    @Test func `its clock stamps what it tells`() async throws {
        let clock = ManualClock()
        let engine = RecoveryEngine(plan: .init(retry: Retry(maxAttempts: 1)), clock: clock)
        for _ in 0..<2 {
            _ = try? await engine.execute(component: "c", operation: "o") {
                clock.advance(by: .seconds(3_600))
                throw Broken()
            }
        }
        let recoveries = engine.recentRecoveries
        #expect(recoveries[0].context.time.duration(to: recoveries[1].context.time) == .seconds(3_600))
        #expect(recoveries[0].resolvedAt.duration(to: recoveries[1].resolvedAt) == .seconds(3_600))
    }

    enum Step: CaseIterable { case operation, strategy, retryWait, retriedCall, fallback }

    @Test(arguments: Step.allCases)
    func `cancelled at any step, it begins no other but the rollback, and counts nothing`(step: Step) async throws {
        struct Repair: RecoveryStrategy {
            let gate: Gate?
            func canRecover(from context: ErrorContext) -> Bool { gate != nil }
            func recover(from context: ErrorContext) async throws {
                try await gate?.pass()
                throw Broken()
            }
        }
        let clock = ManualClock()
        let gate = Gate()
        let undone = Counter()
        let calls = Counter()
        let fallbacks = Counter()
        let monitor = HealthMonitor(clock: clock)
        let retry = Retry(
            "r", .init(maxAttempts: step == .fallback ? 1 : 3, jitter: .none), events: .init(), clock: clock)
        let engine = RecoveryEngine(
            plan: .init(
                retry: retry,
                rollback: { _ in
                    try Task.checkCancellation()
                    undone.next()
                }), monitor: monitor, clock: clock)
        engine.register(Repair(gate: step == .strategy ? gate : nil))
        let task = Task {
            try await engine.execute(component: "c", operation: "o") {
                let call = calls.next()
                if step == .operation || step == .retriedCall && call == 2 { try await gate.pass() }
                throw Broken()
            } fallback: { _ in
                fallbacks.next()
                try await gate.pass()
            }
        }
        if step == .retryWait || step == .retriedCall { await clock.sleepers(1) }
        if step == .retriedCall { clock.advance(by: .seconds(1)) }
        if step != .retryWait { await gate.arrivals(1) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await clock.sleepers(0)
        #expect(undone.value == 1)
        #expect(calls.value == (step == .retriedCall ? 2 : 1))
        #expect(fallbacks.value == (step == .fallback ? 1 : 0))
        #expect(engine.statistics.total == 0)
        #expect(monitor.componentHealth("c") == nil)
    }

    @Test func `what a deadline cut off is a failure, and rolled back`() async throws {
        let clock = ManualClock()
        let monitor = HealthMonitor(clock: clock)
        let undone = Counter()
        let engine = RecoveryEngine(plan: .init(rollback: { _ in undone.next() }), monitor: monitor, clock: clock)
        let task = Task {
            try await Timeout(.seconds(1), events: .init(), clock: clock).execute {
                try await engine.execute(component: "c", operation: "o") {
                    try await clock.sleep(until: .init(offset: .seconds(9_999)))
                }
            }
        }
        await clock.sleepers(2)
        clock.advance(by: .seconds(1))
        await #expect(throws: TimeoutError.self) { try await task.value }
        #expect(undone.value == 1)
        #expect(monitor.componentHealth("c")?.failures == 1)
        #expect(engine.statistics.failed == 1)
    }

    @Test func `what is remembered is bounded`() async {
        let engine = RecoveryEngine(plan: .init(retry: Retry(maxAttempts: 1)), recentLimit: 5)
        for _ in 0..<20 { _ = try? await engine.execute(component: "c", operation: "o") { throw Broken() } }
        #expect(engine.recentRecoveries.count == 5)
        #expect(engine.statistics.total == 20)
    }
}
