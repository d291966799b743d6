import HaleResilience
import Testing

struct BulkheadTests {
    let clock = ManualClock()
    let gate = Gate()

    func bulkhead(_ places: Int, queue: Int = 0, wait: Duration? = nil) -> Bulkhead {
        Bulkhead("b", maxConcurrent: places, maxQueued: queue, maxWait: wait, events: ResilienceEvents(), clock: clock)
    }

    @Test func `rejects beyond places and queue`() async throws {
        let bulkhead = bulkhead(2, queue: 1)
        let inside = (0..<3).map { _ in Task { try await bulkhead { try await gate.pass() } } }
        await gate.arrivals(2)
        #expect(await eventually { bulkhead.metrics.queued == 1 })
        let error = await #expect(throws: BulkheadFullError.self) { try await bulkhead { 1 } }
        #expect(error?.reason == .full)
        #expect(await bulkhead.attempt { 1 } == nil)
        gate.open()
        for task in inside { try await task.value }
        #expect(bulkhead.metrics == .init(underWay: 0, queued: 0, admitted: 3, rejected: 2))
        #expect(await bulkhead.attempt { 1 } == 1)
    }

    @Test func `a waiter gives up after its time`() async throws {
        let bulkhead = bulkhead(1, queue: 1, wait: .seconds(2))
        let first = Task { try await bulkhead { try await gate.pass() } }
        await gate.arrivals(1)
        let second = Task { try await bulkhead { 2 } }
        await clock.sleepers(1)
        clock.advance(by: .seconds(2))
        let error = await #expect(throws: BulkheadFullError.self) { try await second.value }
        #expect(error?.reason == .waitedTooLong)
        #expect(bulkhead.metrics.queued == 0)
        gate.open()
        try await first.value
        #expect(bulkhead.metrics.underWay == 0)
    }

    @Test(arguments: [nil, Duration.seconds(60)]) func `nobody waits beyond the deadline`(wait: Duration?) async throws
    {
        let bulkhead = bulkhead(1, queue: 1, wait: wait)
        let inside = Task { try await bulkhead { try await gate.pass() } }
        await gate.arrivals(1)
        let retry = Retry("r", .init(maxAttempts: 1, deadline: .seconds(2)), events: .init(), clock: clock)
        let waiting = Task { try await retry { try await bulkhead {} } }
        await clock.sleepers(1)
        #expect(clock.nextWake == .seconds(2))
        clock.advance(by: .seconds(2))
        let error = await #expect(throws: BulkheadFullError.self) { try await waiting.value }
        #expect(error?.reason == .waitedTooLong)
        gate.open()
        try await inside.value
        #expect(bulkhead.metrics.underWay == 0 && bulkhead.metrics.queued == 0)
    }

    @Test func `a cancelled waiter leaves the queue at once`() async throws {
        for wait in [nil, Duration.seconds(5)] {
            let gate = Gate()
            let bulkhead = bulkhead(1, queue: 1, wait: wait)
            let first = Task { try await bulkhead { try await gate.pass() } }
            await gate.arrivals(1)
            let second = Task { try await bulkhead { 2 } }
            #expect(await eventually { bulkhead.metrics.queued == 1 })
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            #expect(bulkhead.metrics.queued == 0)
            let third = Task { try await bulkhead { 3 } }
            #expect(await eventually { bulkhead.metrics.queued == 1 })
            gate.open()
            try await first.value
            #expect(try await third.value == 3)
            #expect(bulkhead.metrics.underWay == 0)
            await clock.sleepers(0)
        }
    }

    @Test func `a cancelled or failing call gives its place back`() async throws {
        let bulkhead = bulkhead(1)
        let task = Task { try await bulkhead { try await gate.pass() } }
        await gate.arrivals(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: Broken.self) { try await bulkhead { throw Broken() } }
        #expect(bulkhead.metrics.underWay == 0)
    }

    @Test func `places and queue survive a storm of callers, time-outs and cancellations`() async throws {
        let bulkhead = Bulkhead(maxConcurrent: 3, maxQueued: 5, maxWait: .microseconds(200), events: ResilienceEvents())
        let inside = Counter()
        let tooMany = Counter()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<12 {
                group.addTask {
                    for round in 0..<150 {
                        let call = Task {
                            try await bulkhead {
                                if inside.next() > 3 { tooMany.next() }
                                await Task.yield()
                                inside.add(-1)
                            }
                        }
                        if (task + round) % 3 == 0 { call.cancel() }
                        _ = await call.result
                    }
                }
            }
        }
        #expect(tooMany.value == 0)
        #expect(bulkhead.metrics.underWay == 0)
        #expect(bulkhead.metrics.queued == 0)
    }

    @Test func `limits from outside are refused with a reason`() {
        let error = #expect(throws: InvalidLimit.self) { try Bulkhead.validating(maxConcurrent: 0) }
        #expect(error?.description == "maxConcurrent is 0, expected 1 to 100,000")
    }
}
