// Built only with the trait, because the third-party products are there only then.
#if Observability
    import HaleResilience
    import HaleResilienceObservability
    import Logging
    import Metrics
    import Synchronization
    import Testing

    struct ObservabilityTests {
        struct Broken: Error {}

        final class Lines: Sendable {
            private let lines = Mutex<[String]>([])
            func write(_ line: String) { lines.withLock { $0.append(line) } }
            var all: [String] { lines.withLock { $0 } }
        }

        struct Handler: LogHandler {
            let lines: Lines
            var metadata: Logger.Metadata = [:]
            var logLevel = Logger.Level.trace
            subscript(metadataKey key: String) -> Logger.Metadata.Value? {
                get { metadata[key] }
                set { metadata[key] = newValue }
            }
            func log(event: LogEvent) { lines.write("\(event.level) \(event.message)") }
        }

        /// Writes down what is recorded.
        struct Journal: MetricsFactory {
            let lines: Lines

            final class Recorder: CounterHandler, RecorderHandler, TimerHandler {
                let name: String
                let lines: Lines
                init(_ name: String, _ lines: Lines) {
                    self.name = name
                    self.lines = lines
                }
                func increment(by amount: Int64) { lines.write("\(name) +\(amount)") }
                func reset() {}
                func record(_ value: Int64) { lines.write("\(name) \(value)") }
                func record(_ value: Double) { lines.write("\(name) \(value)") }
                func recordNanoseconds(_ duration: Int64) { lines.write(name) }
            }

            private func handler(_ label: String, _ dimensions: [(String, String)]) -> Recorder {
                Recorder(label + dimensions.map { " \($0.0)=\($0.1)" }.joined(), lines)
            }
            func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
                handler(label, dimensions)
            }
            func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
                handler(label, dimensions)
            }
            func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
                handler(label, dimensions)
            }
            func destroyCounter(_ handler: any CounterHandler) {}
            func destroyRecorder(_ handler: any RecorderHandler) {}
            func destroyTimer(_ handler: any TimerHandler) {}
        }

        let log = Lines()
        let metrics = Lines()

        @Test func `events become log lines and metrics`() async throws {
            let events = ResilienceEvents()
            let log = log
            let stream = events.stream()
            let reporter = ResilienceReporter(
                logger: Logger(label: "t") { _ in Handler(lines: log) }, events: events,
                metrics: Journal(lines: metrics))
            let breaker = CircuitBreaker("bank", .init(trip: .failures(1), jitter: 0), events: events)
            _ = try? await breaker { throw Broken() }
            _ = try? await breaker {}
            await breaker.reset()
            var count = 0
            for await event in stream {
                reporter.report(event)
                count += 1
                if count == 3 { break }
            }
            #expect(log.all[0] == "warning circuit opened for 60.0 seconds, opening 1: Broken()")
            #expect(log.all[1].hasPrefix("debug call rejected, circuit open for another 5"))
            #expect(log.all[2] == "notice circuit closed")
            #expect(
                metrics.all == [
                    "resilience_events policy=bank event=circuit_opened +1", "resilience_circuit_open policy=bank 1.0",
                    "resilience_events policy=bank event=circuit_rejected +1",
                    "resilience_events policy=bank event=circuit_closed +1", "resilience_circuit_open policy=bank 0.0",
                ])
        }

        @Test func `calls are measured by their outcome`() async throws {
            let policy = Policy {
                Traced("charge")
                Measured("charge", metrics: Journal(lines: metrics))
            }
            try await policy {}
            _ = await policy.result { throw Broken() }
            _ = await policy.result { throw RateLimitedError(limiter: "l", retryAfter: nil) }
            _ = await policy.result { throw CancellationError() }
            #expect(
                metrics.all
                    == ["success", "failure", "rejected", "cancelled"].map {
                        "resilience_call_duration name=charge outcome=\($0)"
                    })
        }
    }
#endif
