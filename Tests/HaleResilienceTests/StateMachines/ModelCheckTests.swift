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
            if let difference = Self.difference(seed: seed, configuration) {
                Issue.record("seed \(seed): \(difference)")
                return
            }
        }
    }

    /// Runs one sequence and tells where machine and model part. Compared after each step: the answer with its instant,
    /// the change, the state with all its numbers, the window, the control, and what the glance promises.
    private static func difference(
        seed: UInt64, _ configuration: (inout SeededGenerator) -> Machine.Configuration
    ) -> String? {
        var random = SeededGenerator(seed: seed)
        var unused = SeededGenerator(seed: 1)
        let configuration = configuration(&random)
        let isControlled = random.chance(0.3)
        var machine = Machine(configuration)
        var model = NaiveBreaker(configuration)
        var now = Instant(nanoseconds: 1_000_000_000_000)
        var underWay: [(id: Int, permit: Machine.Permit)] = []
        for id in 0..<Int.random(in: 5...30, using: &random) {
            if random.chance(0.6) { now = now + .milliseconds(Int64.random(in: 0...2_000, using: &random)) }
            let step: String
            var (answer, expectedAnswer): (NaiveBreaker.Answer?, NaiveBreaker.Answer?)
            var (change, expectedChange): (Machine.Change?, Machine.Change?)
            if isControlled, random.chance(0.15) {
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    step = "hint"
                    (change, expectedChange) = (machine.hint(), model.hint())
                case 1:
                    step = "reset"
                    (change, expectedChange) = (machine.reset(), model.reset())
                default:
                    let control = [Machine.Control.automatic, .forcedOpen, .disabled].randomElement(using: &random)!
                    step = "take \(control)"
                    machine.take(control)
                    model.take(control)
                }
            } else if underWay.isEmpty || random.chance(0.55) {
                step = "admit"
                expectedAnswer = model.admit(id, at: now)
                switch machine.admit(at: now) {
                case .admitted(let permit, let change):
                    answer = .admitted(change)
                    underWay.append((id, permit))
                case .rejected(let until): answer = .rejected(until: until)
                }
            } else {
                let call = underWay.remove(at: Int.random(in: underWay.indices, using: &random))
                let verdict: Machine.Verdict = random.chance(0.5) ? .failure : random.chance(0.7) ? .success : .none
                step = "report \(verdict)"
                change = machine.report(verdict, for: call.permit, at: now, using: &unused)
                expectedChange = model.report(call.id, verdict, at: now)
            }
            let isSame =
                answer == expectedAnswer && change == expectedChange && machine.state == model.state
                && machine.control == model.control
            guard isSame, isWindowSame(machine, model), isGlanceTrue(machine, at: now) else {
                return """
                    step \(id), \(step): \(answer as Any) \(change as Any) \(machine.state), model \
                    \(expectedAnswer as Any) \(expectedChange as Any) \(model.state) in \(configuration)
                    """
            }
        }
        return nil
    }

    private static func isWindowSame(_ machine: Machine, _ model: NaiveBreaker) -> Bool {
        guard case .closed = machine.state, let counts = machine.windowCounts else { return true }
        return counts == model.windowCounts
    }

    /// Callers who only glance get what those get who ask: a permit that is as good, and no success forgotten.
    private static func isGlanceTrue(_ machine: Machine, at now: Instant) -> Bool {
        guard let permit = machine.glance.permit else { return true }
        var (asked, glanced, succeeded) = (machine, machine, machine)
        var random = SeededGenerator(seed: 1)
        guard case .admitted(let other, nil) = asked.admit(at: now) else { return false }
        asked.report(.failure, for: other, at: now, using: &random)
        glanced.report(.failure, for: permit, at: now, using: &random)
        succeeded.report(.success, for: permit, at: now, using: &random)
        return asked == glanced && (!machine.glance.ignoresSuccess(of: permit) || succeeded == machine)
    }

    @Test func `the rate limiter's waiters never exceed the rate, in their order, whoever gives up`() async {
        for seed in UInt64(0)..<5_000 {
            if seed % 200 == 0 { await Task.yield() }
            var random = SeededGenerator(seed: seed)
            let burst = Int.random(in: 1...4, using: &random)
            let interval = TimeSpan.milliseconds(Int64.random(in: 1...50, using: &random))
            var machine = RateLimiterStateMachine(interval: interval, burst: burst)
            var now = Instant(nanoseconds: 1_000_000_000)
            var tokens = Double(burst)  // the naive bucket
            var queue: [UInt64] = []
            let lateness = RateLimiterStateMachine.lateness.seconds / interval.seconds
            func isDue() -> Bool { tokens >= 1 - 1e-6 }
            func take(savedUp: Double) { tokens = min(tokens, Double(burst) + savedUp) - 1 }
            for step in 0..<60 {
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    let pause = TimeSpan.milliseconds(Int64.random(in: 0...60, using: &random))
                    now = now + pause
                    tokens += pause.seconds / interval.seconds
                case 1 where !queue.isEmpty:
                    let number = queue.remove(at: Int.random(in: queue.indices, using: &random))
                    machine.giveUp(number)
                case 2 where !queue.isEmpty:
                    #expect((now >= machine.turn) == isDue(), "seed \(seed), step \(step)")
                    guard now >= machine.turn else { continue }
                    machine.goFirst(at: now)
                    queue.removeFirst()
                    take(savedUp: lateness)
                default:
                    switch machine.enter(at: now, waitingAtMost: interval * 3) {
                    case .go:
                        #expect(queue.isEmpty && isDue(), "seed \(seed), step \(step)")
                        take(savedUp: 0)
                    case .queued(let number):
                        #expect(!queue.isEmpty || !isDue(), "seed \(seed), step \(step)")
                        queue.append(number)
                    case .rejected(let wait): #expect(wait > interval * 3, "seed \(seed), step \(step)")
                    }
                }
                #expect(machine.queue == queue, "seed \(seed), step \(step)")
            }
        }
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
