import HaleResilience
import HaleResilienceFoundation

struct Failed: Error {}

/// What a program outside this package sees: no package access, and no module but those it imports.
@main
struct Consumer {
    static func main() async throws {
        let breaker = CircuitBreaker("bank", failureThreshold: 2)
        let policy = Policy {
            Retry(maxAttempts: 2, delay: .milliseconds(1))
            Bulkhead(maxConcurrent: 4)
            breaker
            Timeout(.seconds(5))
        }
        let answer = try await policy { 42 }
        _ = await policy.result { () -> Int in throw Failed() }
        let isOpen = if case .open = breaker.state { true } else { false }
        let monitor = HealthMonitor()
        monitor.recordFailure("bank", Failed())
        print("answer \(answer), circuit \(isOpen ? "open" : "not open"), \(word(for: monitor.systemHealth().status))")
    }

    static func word(for status: HealthStatus) -> String {
        switch status {
        case .healthy, .degraded: "up"
        case .unhealthy, .critical: "down"
        }
    }
}
