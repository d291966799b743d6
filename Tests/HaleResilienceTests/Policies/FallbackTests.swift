import HaleResilience
import Testing

struct FallbackTests {
    @Test func `the first alternative that answers wins`() async throws {
        let breaker = CircuitBreaker("cluster", failureThreshold: 1)
        let complete = Fallback("completion", events: ResilienceEvents()) {
            Alternative("cluster", guardedBy: breaker) { (_: String) -> String in throw Broken(number: 1) }
            Alternative("cloud") { prompt in "cloud: \(prompt)" }
            Alternative("canned") { _ in "later" }
        }
        #expect(try await complete("hello") == "cloud: hello")
        let outcome = try await complete.outcome(for: "again")
        #expect(outcome.alternative == "cloud")
        #expect(outcome.failures.map(\.name) == ["cluster"])
        #expect(outcome.failures[0].error is CircuitOpenError)
    }

    @Test func `the error carries all that was tried`() async throws {
        let complete = Fallback<Void, Int>("f", events: ResilienceEvents()) {
            Alternative("a") { throw Broken(number: 1) }
            Alternative("b") { throw Broken(number: 2) }
        }
        let error = await #expect(throws: FallbackFailed.self) { try await complete() }
        #expect(error?.failures.map(\.name) == ["a", "b"])
        #expect(error?.description == "f: no alternative answered; a: Broken(number: 1); b: Broken(number: 2)")
    }

    @Test func `errors that no alternative cures, and cancellation, end the search`() async throws {
        struct Wrong: ErrorTraits { var category: ErrorCategory? { .validation } }
        for error in [Wrong(), CancellationError()] as [any Error] {
            let second = Counter()
            let complete = Fallback<Void, Int>("f", events: ResilienceEvents()) {
                Alternative("a") { throw error }
                Alternative("b") { second.next() }
            }
            do {
                _ = try await complete()
                Issue.record("expected \(error)")
            } catch let thrown {
                #expect(type(of: thrown) == type(of: error))
            }
            #expect(second.value == 0)
        }
    }

    @Test func `a policy falls back in a single call`() async throws {
        let breaker = CircuitBreaker("b", failureThreshold: 1)
        let price = try await breaker.execute {
            throw Broken()
        } orElse: { _ in
            3
        }
        #expect(price == 3)
        await breaker.reset()
        await #expect(throws: CancellationError.self) {
            try await breaker.execute {
                throw CancellationError()
            } orElse: { _ in
                3
            }
        }
    }
}
