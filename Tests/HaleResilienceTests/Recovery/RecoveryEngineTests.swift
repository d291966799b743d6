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

    @Test func `what is remembered is bounded`() async {
        let engine = RecoveryEngine(plan: .init(retry: Retry(maxAttempts: 1)), recentLimit: 5)
        for _ in 0..<20 { _ = try? await engine.execute(component: "c", operation: "o") { throw Broken() } }
        #expect(engine.recentRecoveries.count == 5)
        #expect(engine.statistics.total == 20)
    }
}
