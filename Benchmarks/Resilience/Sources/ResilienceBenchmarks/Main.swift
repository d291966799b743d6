import HaleResilience
import Synchronization

struct Failed: Error {}

/// Kept from the optimiser, so that the bare call is a call.
@inline(never)
func makeOperation() -> @Sendable () async throws -> Int { { 1 } }

@inline(never)
func consume(_ error: any Error) { precondition(error is CircuitOpenError) }

@inline(never)
func bareRace<Value: Sendable>(_ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value)
    async throws -> Value
{
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() ?? nil else { throw CancellationError() }
        return value
    }
}

@main
struct Main {
    static func main() async throws { await run() }

    /// Off the main actor, as in a server.
    @concurrent
    static func run() async {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 7
        let only = CommandLine.arguments.dropFirst(2).first
        let figures = await measure(
            benchmarks().filter { benchmark in
                only.map { $0.split(separator: ",").contains { benchmark.name.contains($0) } } ?? true
            }, rounds: rounds)
        let bare = figures["bare async closure"]?.nanoseconds ?? 1
        let race = figures["bare task-group race"]?.nanoseconds ?? 1
        print("                                          ns/call   minus bare   x floor   x race   allocs/call")
        let floor = figures["floor: one atomic, one clock read"]?.nanoseconds ?? 1
        for benchmark in benchmarks() {
            guard let figure = figures[benchmark.name] else { continue }
            let name = benchmark.name + String(repeating: " ", count: max(0, 38 - benchmark.name.count))
            let isRace = benchmark.name.contains("time-out") || benchmark.name.contains("race")
            print(
                name, figure.nanoseconds.padded(10, decimals: 1),
                max(figure.nanoseconds - bare, 0).padded(12, decimals: 1),
                (figure.nanoseconds / floor).padded(9, decimals: 2),
                isRace ? (figure.nanoseconds / race).padded(8, decimals: 2) : "        ",
                figure.allocations.map { $0.padded(13, decimals: 3) } ?? "            -")
        }
    }

    static func benchmarks() -> [Benchmark] {
        let operation = makeOperation()
        let failing: @Sendable () async throws -> Int = { throw Failed() }
        let suspending: @Sendable () async throws -> Int = {
            await Task.yield()
            return 1
        }
        let many = 1_000_000
        let breaker = CircuitBreaker("b")
        let windowed = CircuitBreaker("w", .init(trip: .failureRate(0.5, over: .calls(100))))
        let open = CircuitBreaker("o", failureThreshold: 1, openDuration: .seconds(3_600))
        let retry = Retry()
        let budgeted = Retry(maxAttempts: 3, budget: RetryBudget())
        let bulkhead = Bulkhead(maxConcurrent: 10)
        let limiter = RateLimiter(1_000_000, per: .seconds(1), burst: 1_000_000, maxWait: .seconds(3_600))
        let unlimited = RateLimiter(
            1_000_000, per: .microseconds(1_000_000), burst: 1_000_000, maxWait: .seconds(3_600))
        let four = Policy {
            Retry()
            unlimited
            bulkhead
            breaker
        }
        let timeout = Timeout(.seconds(10))
        let five = Policy {
            Retry()
            unlimited
            bulkhead
            breaker
            Timeout(.seconds(10))
        }
        return [
            Benchmark(name: "bare async closure", calls: many) { for _ in 0..<$0 { _ = try? await operation() } },
            Benchmark(name: "floor: one atomic, one clock read", calls: many) { [clock = ContinuousClock()] count in
                let atomic = FloorAtomic()
                for _ in 0..<count { atomic.touch(clock) }
            },
            Benchmark(name: "breaker closed", calls: many) {
                for _ in 0..<$0 { _ = try? await breaker.execute(operation) }
            },
            Benchmark(name: "breaker with a window of calls", calls: many) {
                for _ in 0..<$0 { _ = try? await windowed.execute(operation) }
            },
            Benchmark(name: "breaker open, as a value", calls: many) {
                _ = try? await open.execute(failing)
                for _ in 0..<$0 { _ = try? await open.attempt(operation) }
            },
            Benchmark(name: "breaker open, thrown", calls: many) {
                _ = try? await open.execute(failing)
                for _ in 0..<$0 {
                    do { _ = try await open.execute(operation) } catch { consume(error) }
                }
            },
            Benchmark(name: "retry, nothing to retry", calls: many) {
                for _ in 0..<$0 { _ = try? await retry.execute(operation) }
            },
            Benchmark(name: "retry with a budget", calls: many) {
                for _ in 0..<$0 { _ = try? await budgeted.execute(operation) }
            },
            Benchmark(name: "bulkhead", calls: many) { for _ in 0..<$0 { _ = try? await bulkhead.execute(operation) } },
            Benchmark(name: "rate limiter", calls: 100_000) {
                for _ in 0..<$0 { _ = try? await limiter.execute(operation) }
            },
            Benchmark(name: "pipeline of four, no time-out", calls: 100_000) {
                for _ in 0..<$0 { _ = try? await four.execute(operation) }
            },
            Benchmark(name: "bare task-group race", calls: 20_000) {
                for _ in 0..<$0 { _ = try? await bareRace(.seconds(10), operation) }
            },
            Benchmark(name: "time-out", calls: 20_000) {
                for _ in 0..<$0 { _ = try? await timeout.execute(operation) }
            },
            Benchmark(name: "bare race, operation suspends", calls: 20_000) {
                for _ in 0..<$0 { _ = try? await bareRace(.seconds(10), suspending) }
            },
            Benchmark(name: "time-out, operation suspends", calls: 20_000) {
                for _ in 0..<$0 { _ = try? await timeout.execute(suspending) }
            },
            Benchmark(name: "pipeline of five with time-out", calls: 20_000) {
                for _ in 0..<$0 { _ = try? await five.execute(operation) }
            },
        ]
    }
}

final class FloorAtomic: Sendable {
    private let value = Atomic(0)

    @inline(never)
    func touch(_ clock: ContinuousClock) {
        value.add(1, ordering: .relaxed)
        withExtendedLifetime(clock.now) {}
    }
}
