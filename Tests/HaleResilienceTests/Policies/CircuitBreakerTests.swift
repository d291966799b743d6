import HaleResilience
import Testing

struct CircuitBreakerTests {
    let clock = ManualClock()

    func breaker(
        _ configuration: CircuitBreaker.Configuration = .init(
            trip: .failures(2), openDuration: .seconds(10), jitter: 0),
        events: ResilienceEvents = ResilienceEvents()
    ) -> CircuitBreaker {
        CircuitBreaker("bank", configuration, events: events, clock: clock, seed: 1)
    }

    func fail(_ breaker: CircuitBreaker, times: Int = 1) async {
        for _ in 0..<times {
            await #expect(throws: Broken.self) { try await breaker { throw Broken() } }
        }
    }

    @Test func `opens, rejects, tries again, closes`() async throws {
        let breaker = breaker()
        await fail(breaker, times: 2)
        #expect(breaker.state == .open(remaining: .seconds(10)))
        clock.advance(by: .seconds(4))
        let error = await #expect(throws: CircuitOpenError.self) { try await breaker { 1 } }
        #expect(error?.remaining == .seconds(6))
        #expect(error?.lastCause as? Broken == Broken())
        #expect("\(error!)" == "circuit bank is open for another 6.0 seconds, last failure: Broken(number: 0)")
        clock.advance(by: .seconds(6))
        #expect(try await breaker { 1 } == 1)
        #expect(breaker.state == .halfOpen)
        #expect(try await breaker { 2 } == 2)
        #expect(breaker.state == .closed)
        #expect(breaker.metrics == .init(succeeded: 2, failed: 2, ignored: 0, rejected: 1))
    }

    @Test func `a rejection can be had as a value`() async throws {
        let breaker = breaker()
        await fail(breaker, times: 2)
        guard case .rejected(let rejection) = try await breaker.attempt({ 1 }) else { return #expect(Bool(false)) }
        #expect(rejection.remaining == .seconds(10))
        await breaker.reset()
        guard case .completed(1) = try await breaker.attempt({ 1 }) else { return #expect(Bool(false)) }
        let result = await breaker.result { 3 }
        #expect(try result.get() == 3)
    }

    @Test func `a half-open trial that is ignored gives its place back and closes nothing`() async throws {
        let breaker = CircuitBreaker(
            "bank", .init(trip: .failures(1), successThreshold: 1, jitter: 0),
            judging: { ($0 as? Broken)?.number == 404 ? .ignored : .failure }, clock: clock)
        await fail(breaker)
        clock.advance(by: .seconds(60))
        for _ in 0..<20 {
            await #expect(throws: Broken.self) { try await breaker { throw Broken(number: 404) } }
            #expect(breaker.state == .halfOpen)
        }
        #expect(try await breaker { 1 } == 1)
        #expect(breaker.state == .closed)
    }

    @Test func `a half-open trial that is cancelled gives its place back`() async throws {
        let breaker = breaker()
        await fail(breaker, times: 2)
        clock.advance(by: .seconds(10))
        let gate = Gate()
        let trial = Task { try await breaker { try await gate.pass() } }
        await gate.arrivals(1)
        await #expect(throws: CircuitOpenError.self) { try await breaker { 1 } }
        trial.cancel()
        await #expect(throws: CancellationError.self) { try await trial.value }
        #expect(breaker.state == .halfOpen)
        #expect(try await breaker { 1 } == 1)
    }

    @Test func `a half-open trial that never returns gives its place back after its limit`() async throws {
        let breaker = breaker(
            .init(trip: .failures(1), openDuration: .seconds(10), jitter: 0, halfOpenCallLimit: .seconds(30)))
        await fail(breaker)
        clock.advance(by: .seconds(10))
        let gate = Gate()
        let stuck = Task { try await breaker { await gate.passStubbornly() } }
        await gate.arrivals(1)
        clock.advance(by: .seconds(29))
        let error = await #expect(throws: CircuitOpenError.self) { try await breaker { 1 } }
        #expect(error?.remaining == .zero)
        clock.advance(by: .seconds(1))
        #expect(try await breaker { 1 } == 1)
        #expect(breaker.state == .halfOpen)
        gate.open()  // what comes back late counts all the same
        try await stuck.value
        #expect(breaker.state == .closed)
    }

    @Test func `a dropped permit gives its place back`() async throws {
        let breaker = breaker()
        await fail(breaker, times: 2)
        clock.advance(by: .seconds(10))
        do { _ = try breaker.acquire() }
        let permit = try breaker.acquire()
        #expect(throws: CircuitOpenError.self) { _ = try breaker.acquire() }
        permit.fail(Broken())
        #expect(breaker.state == .open(remaining: .seconds(20)))
        await breaker.reset()
        try breaker.acquire().succeed()
        #expect(breaker.metrics.ignored == 1)
    }

    @Test func `ignored errors and cancellations neither open nor reset`() async throws {
        let breaker = breaker()
        await fail(breaker)
        await #expect(throws: CancellationError.self) { try await breaker { throw CancellationError() } }
        await #expect(throws: BulkheadFullError.self) {
            try await breaker { throw BulkheadFullError(bulkhead: "x", reason: .full) }
        }
        #expect(breaker.state == .closed)
        await fail(breaker)
        #expect(breaker.state == .open(remaining: .seconds(10)))
    }

    @Test func `a time-out around the breaker counts as a failure, a cancelled caller does not`() async throws {
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        let gate = Gate()
        let policy = Policy {
            Timeout(.seconds(2), clock: clock)
            breaker
        }
        let cancelled = Task { try await policy { try await gate.pass() } }
        await gate.arrivals(1)
        await clock.sleepers(1)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(breaker.state == .closed)
        let late = Task { try await policy { try await gate.pass() } }
        await gate.arrivals(2)
        await clock.sleepers(1)
        clock.advance(by: .seconds(2))
        await #expect(throws: TimeoutError.self) { try await late.value }
        #expect(breaker.state == .open(remaining: .seconds(60)))
    }

    @Test func `judging is not asked about cancelled callers`() async throws {
        let breaker = CircuitBreaker(
            "b", .init(trip: .failures(1), jitter: 0), judging: { _ in .failure }, events: .init(), clock: clock)
        await #expect(throws: CancellationError.self) { try await breaker { throw CancellationError() } }
        try #require(breaker.state == .closed)
        let gate = Gate()
        let translating = Task {
            try await breaker { do { try await gate.pass() } catch { throw Broken() } }
        }
        let returning = Task {
            try await breaker.execute(failingIf: { $0 == 499 }) {
                try? await gate.pass()
                return 499
            }
        }
        let permitted = Task {
            let permit = try breaker.acquire()
            try? await gate.pass()
            permit.fail(Broken())
        }
        await gate.arrivals(3)
        for task in [translating, permitted] { task.cancel() }
        returning.cancel()
        _ = await (translating.result, returning.result, permitted.result)
        #expect(breaker.state == .closed)
        #expect(breaker.metrics == .init(ignored: 4))
    }

    @Test func `what a deadline cut off is judged as a time-out`() async throws {
        let judged = RollbackTests.Journal()
        let breaker = CircuitBreaker(
            "b", .init(trip: .failures(1), jitter: 0),
            judging: { error in
                judged.write("\(error)")
                return .failure
            }, events: .init(), clock: clock)
        let gate = Gate()
        let late = Task {
            try await Timeout(.seconds(2), clock: clock).execute { try await breaker { try await gate.pass() } }
        }
        await gate.arrivals(1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(2))
        await #expect(throws: TimeoutError.self) { try await late.value }
        #expect(judged.all == ["b: no result within 2.0 seconds"])
        let error = await #expect(throws: CircuitOpenError.self) { try await breaker {} }
        #expect(error?.lastCause is TimeoutError)
    }

    @Test func `a caller that has used its time up makes no call and is not counted`() async throws {
        let clock = clock
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        let calls = Counter()
        for inner in [nil, Timeout(.seconds(2), events: .init(), clock: clock)] {
            let guarded = Policy {
                breaker
                if let inner { inner }
            }
            await #expect(throws: TimeoutError.self) {
                try await Timeout(.seconds(1), events: .init(), clock: clock).execute {
                    clock.advance(by: .seconds(1))
                    try await guarded { _ = calls.next() }
                }
            }
            await #expect(throws: TimeoutError.self) {
                try await Timeout(.seconds(1), events: .init(), clock: clock).execute {
                    clock.advance(by: .seconds(1))
                    _ = try await breaker.attempt { calls.next() }
                }
            }
        }
        #expect(breaker.state == .closed && breaker.metrics == .init())
        #expect(calls.value == 0)
    }

    @Test func `a time-out within the breaker that had no time left is not counted`() async throws {
        let clock = clock
        let breaker = CircuitBreaker(
            "b", .init(trip: .failures(1), jitter: 0), judging: { _ in .failure }, events: .init(), clock: clock)
        let calls = Counter()
        let retry = Retry("r", .init(maxAttempts: 1, deadline: .seconds(1)), events: .init(), clock: clock)
        await #expect(throws: TimeoutError.self) {
            try await retry {
                clock.advance(by: .seconds(1))
                try await breaker {
                    try await Timeout(.seconds(2), events: .init(), clock: clock).execute { _ = calls.next() }
                }
            }
        }
        await #expect(throws: TimeoutError.self) {
            try await breaker { try await Timeout(.zero, events: .init(), clock: clock).execute { _ = calls.next() } }
        }
        #expect(breaker.state == .closed && breaker.metrics == .init(ignored: 2))
        #expect(calls.value == 0)
    }

    @Test(arguments: [(before: 1_999, opens: false), (1_000, true), (0, true)])
    func `a call that got the lesser part of a time-out is not counted`(before: Int, opens: Bool) async throws {
        let clock = clock
        for inner in [Duration.seconds(1), .seconds(5)] {
            let breaker = breaker(.init(trip: .failures(1), jitter: 0))
            let gate = Gate()
            let late = Task {
                try await Timeout(.seconds(2), events: .init(), clock: clock).execute {
                    clock.advance(by: .milliseconds(before))
                    try await breaker {
                        // The longer one is cut short by the outer one, the shorter one is so if it begins too late.
                        try await Timeout(inner, events: .init(), clock: clock).execute { try await gate.pass() }
                    }
                }
            }
            await gate.arrivals(1)
            await clock.sleepers(2)
            clock.advance(by: .milliseconds(2_000 - before))
            await #expect(throws: TimeoutError.self) { try await late.value }
            #expect((breaker.state == .closed) != opens)
        }
    }

    @Test func `a caller cancelled after the deadline of a retry is not counted`() async throws {
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        let gate = Gate()
        let retry = Retry("r", .init(maxAttempts: 2, deadline: .seconds(1)), events: .init(), clock: clock)
        let call = Task { try await retry { try await breaker { try await gate.pass() } } }
        await gate.arrivals(1)
        clock.advance(by: .seconds(2))
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(breaker.state == .closed && breaker.metrics == .init(ignored: 1))
    }

    @Test func `a time-out around a retry with a deadline of its own still counts`() async throws {
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        let gate = Gate()
        let retry = Retry("r", .init(maxAttempts: 2, deadline: .seconds(1)), events: .init(), clock: clock)
        let call = Task {
            try await Timeout(.seconds(3), events: .init(), clock: clock).execute {
                try await retry { try await breaker { try await gate.pass() } }
            }
        }
        await gate.arrivals(1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(3))
        await #expect(throws: TimeoutError.self) { try await call.value }
        #expect(breaker.state == .open(remaining: .seconds(60)))
    }

    @Test(arguments: [(400, true), (401, true), (404, true), (425, false), (429, false)])
    func `a server that answers and lays the error to the caller is back`(status: Int, closes: Bool) async {
        struct Answer: ErrorTraits { var httpStatus: Int? }
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        await fail(breaker)
        clock.advance(by: .seconds(60))
        for _ in 0..<2 { _ = await breaker.result { throw Answer(httpStatus: status) } }
        #expect((breaker.state == .closed) == closes)
    }

    @Test func `what a cancelled call returns is no success`() async throws {
        let breaker = breaker(.init(trip: .failures(1), successThreshold: 1, jitter: 0))
        await fail(breaker)
        clock.advance(by: .seconds(60))
        let gate = Gate()
        let cancelled = Task { try await breaker { try? await gate.pass() } }
        await gate.arrivals(1)
        cancelled.cancel()
        try await cancelled.value
        #expect(breaker.state == .halfOpen)
        #expect(breaker.metrics == .init(failed: 1, ignored: 1))
        let late = Task {
            try await Timeout(.seconds(1), events: .init(), clock: clock).execute {
                try await breaker { try? await gate.pass() }
            }
        }
        await gate.arrivals(2)
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        await #expect(throws: TimeoutError.self) { try await late.value }
        #expect(breaker.state == .open(remaining: .seconds(120)))
    }

    @Test func `while half-open a rejection names no pause`() async throws {
        let breaker = breaker()
        await fail(breaker, times: 2)
        clock.advance(by: .seconds(10))
        let trial = try breaker.acquire()
        let error = await #expect(throws: CircuitOpenError.self) { try await breaker {} }
        #expect(error?.remaining == .zero && error?.retryAfter == .zero)
        #expect(error?.description.hasPrefix("circuit bank is trying whether it works again") == true)
        trial.succeed()
    }

    @Test func `a returned value that fails keeps the last error`() async throws {
        let breaker = breaker()
        await fail(breaker)
        _ = try await breaker.execute(failingIf: { $0 >= 500 }) { 503 }
        let error = await #expect(throws: CircuitOpenError.self) { try await breaker {} }
        #expect(error?.lastCause is Broken)
    }

    @Test func `a rate over a short window needs no minimum`() async throws {
        let breaker = breaker(.init(trip: .failureRate(0.5, over: .calls(10)), jitter: 0))
        await fail(breaker, times: 9)
        #expect(breaker.state == .closed)
        await fail(breaker)
        #expect(breaker.state == .open(remaining: .seconds(60)))
    }

    @Test func `returned values can count as failures`() async throws {
        let breaker = breaker()
        for _ in 0..<2 { #expect(try await breaker.execute(failingIf: { $0 >= 500 }) { 503 } == 503) }
        #expect(breaker.state == .open(remaining: .seconds(10)))
    }

    @Test func `an operator can hold it open, disable and reset it`() async throws {
        let breaker = breaker()
        await breaker.forceOpen()
        let error = await #expect(throws: CircuitOpenError.self) { try await breaker { 1 } }
        #expect(error?.remaining == nil)
        #expect(breaker.state == .forcedOpen)
        await breaker.disable()
        await fail(breaker, times: 10)
        #expect(breaker.state == .disabled)
        await breaker.reset()
        #expect(breaker.state == .closed)
        await fail(breaker, times: 2)
        await breaker.hint()
        #expect(breaker.state == .halfOpen)
    }

    @Test func `state changes and events come in order`() async throws {
        let events = ResilienceEvents()
        let breaker = breaker(events: events)
        var states = breaker.stateChanges.makeAsyncIterator()
        let stream = events.stream()
        await fail(breaker, times: 2)
        clock.advance(by: .seconds(10))
        _ = try await breaker { 1 }
        _ = try await breaker { 1 }
        var seen: [CircuitBreaker.State] = []
        for _ in 0..<4 { seen.append(await states.next()!) }
        #expect(seen == [.closed, .open(remaining: .seconds(10)), .halfOpen, .closed])
        var labels: [String] = []
        for await event in stream {
            labels.append(event.label)
            if labels.count == 3 { break }
        }
        #expect(labels == ["circuit_opened", "circuit_half_opened", "circuit_closed"])
    }

    @Test func `keeps the caller's actor and takes what is not Sendable`() async throws {
        final class Box { var count = 0 }
        let box = Box()
        let breaker = breaker()
        try await breaker { box.count += 1 }
        try await Retry(maxAttempts: 2).execute { box.count += 1 }
        try await Bulkhead(maxConcurrent: 1).execute { box.count += 1 }
        #expect(box.count == 3)
    }

    @Test(arguments: [
        (CircuitBreaker.Configuration(trip: .failures(0)), "failures is 0, expected 1 to 100,000"),
        (
            .init(trip: .failureRate(1.5, over: .calls(10), minimumCalls: 5)),
            "failureRate is 1.5, expected over 0, up to 1"
        ),
        (
            .init(trip: .failureRate(0.5, over: .calls(10), minimumCalls: 20)),
            "minimumCalls is 20, expected at most the window's 10 calls"
        ),
        (.init(openDuration: .zero), "openDuration is 0.0 seconds, expected over 0 s, up to 100 years"),
        (.init(jitter: -1), "jitter is -1.0, expected 0 to 1"),
    ])
    func `limits from outside are refused with a reason`(configuration: CircuitBreaker.Configuration, text: String) {
        let error = #expect(throws: InvalidLimit.self) { try configuration.validated() }
        #expect(error?.description == text)
    }

    @Test func `many tasks on few breakers are counted exactly`() async throws {
        let breakers = (0..<3).map {
            CircuitBreaker(
                "b\($0)", .init(trip: .failures(3), openDuration: .milliseconds(1), jitter: 0.5), events: .init())
        }
        let ran = Counter()
        let rejected = Counter()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for call in 0..<3_000 {
                        do {
                            let outcome = try await breakers[(task + call) % 3].attempt {
                                ran.next()
                                if call % 5 == 0 { await Task.yield() }
                                if (call / 7) % 3 == 0 { throw Broken() }
                                if call % 11 == 0 { throw CancellationError() }
                            }
                            if case .rejected = outcome { rejected.next() }
                        } catch {}
                    }
                }
            }
        }
        let metrics = breakers.map(\.metrics)
        #expect(metrics.map { $0.succeeded + $0.failed + $0.ignored }.reduce(0, +) == ran.value)
        #expect(metrics.map(\.rejected).reduce(0, +) == rejected.value)
        #expect(ran.value + rejected.value == 48_000)
    }

    @Test func `never more half-open calls than places, whatever races`() async throws {
        let breaker = CircuitBreaker(
            "b", .init(trip: .failures(1), successThreshold: 1_000, openDuration: .nanoseconds(1), halfOpenMaxCalls: 3),
            events: .init())
        await fail(breaker)
        let inside = Counter()
        let most = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    for _ in 0..<500 {
                        _ = try? await breaker {
                            let now = inside.next()
                            if now > 3 { most.next() }
                            await Task.yield()
                            inside.add(-1)
                            throw CancellationError()
                        }
                    }
                }
            }
        }
        #expect(most.value == 0)
        #expect(breaker.state == .halfOpen)
        _ = try await breaker { 1 }
    }
}
