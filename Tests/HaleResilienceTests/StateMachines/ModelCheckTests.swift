import HaleModel
import HaleResilience
import Testing

/// Random sequences against naive models. Each sequence is its seed; a failure names it.
struct ModelCheckTests {
    typealias Machine = CircuitBreakerStateMachine

    private func configuration(_ random: inout SeededGenerator) -> Machine.Configuration {
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var configuration = Machine.Configuration(
            failureThreshold: pick(1...4), successThreshold: pick(1...3), openDuration: .seconds(Int64(pick(1...5))),
            maxOpenDuration: .seconds(Int64(pick(5...12))), halfOpenMaxCalls: pick(1...3))
        if random.chance(0.5) {
            let limit = pick(1...12)
            configuration.window = .init(
                extent: random.chance(0.5) ? .calls(limit) : .time(.seconds(Int64(limit))),
                minimumCalls: pick(1...limit), failureRate: Double(pick(1...4)) / 4,
                slowCallRate: Double(pick(1...4)) / 4)
        }
        if random.chance(0.4) { configuration.slowCall = .seconds(Int64(pick(1...4))) }
        if random.chance(0.5) { configuration.halfOpenCallLimit = .seconds(Int64(pick(1...6))) }
        return configuration
    }

    /// Four shards that run side by side; 100,000 sequences together.
    @Test(arguments: 0..<4)
    func `the breaker does what the naive model says`(shard: UInt64) async {
        for seed in shard * 25_000..<(shard + 1) * 25_000 {
            if seed % 200 == 0 { await Task.yield() }  // the other tests want to run too
            var random = SeededGenerator(seed: seed)
            var unused = SeededGenerator(seed: 1)
            let configuration = configuration(&random)
            var machine = Machine(configuration)
            var model = NaiveBreaker(configuration)
            var now = Instant(nanoseconds: 1_000_000_000_000)
            var lastReport = now
            var underWay: [(id: Int, permit: Machine.Permit)] = []
            for id in 0..<Int.random(in: 5...30, using: &random) {
                if random.chance(0.6) { now = now + .milliseconds(Int64.random(in: 0...2_000, using: &random)) }
                if underWay.isEmpty || random.chance(0.55) {
                    let admission = machine.admit(at: now)
                    let isAdmitted = model.admit(id, at: now)
                    if case .admitted(let permit, _) = admission { underWay.append((id, permit)) }
                    guard (underWay.last?.id == id) == isAdmitted else {
                        Issue.record("seed \(seed), step \(id): admission \(admission), model \(isAdmitted)")
                        return
                    }
                } else {
                    let call = underWay.remove(at: Int.random(in: underWay.indices, using: &random))
                    let verdict: Machine.Verdict = random.chance(0.5) ? .failure : random.chance(0.7) ? .success : .none
                    machine.report(verdict, for: call.permit, at: now, using: &unused)
                    model.report(call.id, verdict, at: now)
                    if verdict != .none { lastReport = now }
                }
                let expected = model.state(lastReportAt: lastReport)
                guard machine.state == expected || model.configuration.window != nil && isClosed(machine, expected)
                else {
                    Issue.record("seed \(seed), step \(id): \(machine.state), model \(expected) in \(configuration)")
                    return
                }
            }
        }
    }

    /// With a window only the kind is compared while closed: its count is taken at the last verdict of the same phase.
    private func isClosed(_ machine: Machine, _ expected: Machine.State) -> Bool {
        if case .closed = machine.state, case .closed = expected { return true }
        return false
    }

    @Test func `the rate limiter never lets more through than its bucket holds`() async {
        for seed in UInt64(0)..<5_000 {
            if seed % 200 == 0 { await Task.yield() }
            var random = SeededGenerator(seed: seed)
            let burst = Int.random(in: 1...6, using: &random)
            let interval = TimeSpan.milliseconds(Int64.random(in: 1...50, using: &random))
            var machine = RateLimiterStateMachine(interval: interval, burst: burst)
            var now = Instant(nanoseconds: 1_000_000_000)
            var tokens = Double(burst)  // the naive bucket
            for step in 0..<40 {
                let pause = TimeSpan.milliseconds(Int64.random(in: 0...60, using: &random))
                now = now + pause
                tokens = min(Double(burst), tokens + pause.seconds / interval.seconds)
                let entry = machine.enter(at: now, waitingAtMost: .zero)
                let fits = tokens >= 1 - 1e-9
                #expect((entry == .go) == fits, "seed \(seed), step \(step)")
                if fits { tokens -= 1 }
            }
        }
    }

    @Test func `the bulkhead serves in order and never beyond its places`() async {
        for seed in UInt64(0)..<5_000 {
            if seed % 200 == 0 { await Task.yield() }
            var random = SeededGenerator(seed: seed)
            let places = Int.random(in: 1...4, using: &random)
            let seats = Int.random(in: 0...4, using: &random)
            var machine = BulkheadStateMachine(maxConcurrent: places, maxQueued: seats)
            var inside = 0
            var queue: [UInt64] = []
            for _ in 0..<60 {
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    switch machine.enter() {
                    case .admitted:
                        #expect(inside < places)
                        inside += 1
                    case .queued(let number):
                        #expect(inside == places && queue.count < seats)
                        queue.append(number)
                    case .rejected: #expect(inside == places && queue.count == seats)
                    }
                case 1 where inside > 0:
                    let next = machine.leave()
                    #expect(next == queue.first)
                    if queue.isEmpty { inside -= 1 } else { queue.removeFirst() }
                case 2 where !queue.isEmpty:
                    let number = queue.remove(at: Int.random(in: queue.indices, using: &random))
                    let first = machine.giveUp(number)
                    let second = machine.giveUp(number)
                    #expect(first && !second)
                default: break
                }
                #expect(machine.underWay == inside && machine.queue == queue)
            }
        }
    }
}
