public import HaleResilience
public import Metrics

/// Measures the calls within it: the timer `resilience_call_duration` with the labels `name` and `outcome` (`success`,
/// `failure`, `rejected`, `cancelled`).
///
/// ```swift
/// let policy = Policy {
///     Measured("charge")
///     Retry()
///     breaker
/// }
/// ```
public struct Measured: ResiliencePolicy {
    private let name: String
    private let success: Timer
    private let failure: Timer
    private let rejected: Timer
    private let cancelled: Timer

    public init(_ name: String, metrics: any MetricsFactory = MetricsSystem.factory) {
        func timer(_ outcome: String) -> Timer {
            Timer(
                label: "resilience_call_duration", dimensions: [("name", name), ("outcome", outcome)], factory: metrics)
        }
        self.name = name
        success = timer("success")
        failure = timer("failure")
        rejected = timer("rejected")
        cancelled = timer("cancelled")
    }

    public func execute<Value>(_ operation: () async throws -> Value) async throws -> Value {
        let begin = ContinuousClock.now
        do {
            let value = try await operation()
            success.record(duration: begin.duration(to: .now))
            return value
        } catch {
            let timer = error is any RejectionError ? rejected : error is CancellationError ? cancelled : failure
            timer.record(duration: begin.duration(to: .now))
            throw error
        }
    }
}
