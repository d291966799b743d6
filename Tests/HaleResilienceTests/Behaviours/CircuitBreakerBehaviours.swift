import HaleResilience
import Testing

/// What the test suites of resilience4j (R) and Polly (P) ask of a breaker, asked of this one in its own terms.
struct CircuitBreakerBehaviours {
    let clock = ManualClock()

    func breaker(_ configuration: CircuitBreaker.Configuration) -> CircuitBreaker {
        CircuitBreaker("testName", configuration, events: .init(), clock: clock, seed: 1)
    }

    /// `F` fails, `S` succeeds, `f` and `s` the same taking 5 s, `I` is ignored, `.` lets a second pass.
    func run(_ calls: String, on breaker: CircuitBreaker) async {
        for call in calls {
            if call == "." {
                clock.advance(by: .seconds(1))
                continue
            }
            _ = await breaker.result { [clock] in
                if call.isLowercase { clock.advance(by: .seconds(5)) }
                switch call {
                case "F", "f": throw Broken()
                case "I": throw CancellationError()
                default: return
                }
            }
        }
    }

    func isOpen(_ breaker: CircuitBreaker) -> Bool {
        if case .open = breaker.state { true } else { false }
    }

    static let rate = CircuitBreaker.Configuration(
        trip: .failureRate(0.5, over: .time(.seconds(60)), minimumCalls: 5), openDuration: .seconds(5), jitter: 0,
        slowCalls: .over(.seconds(4), rate: 0.5))

    @Test(arguments: [
        ("FFFSS", true),  // R: opens once the rate is reached with enough calls
        ("FFFS", false),  // R: not before the minimum of calls
        ("FFSSS", false),  // R: not below the rate
        ("fsFSs", true),  // R: opens by the rate of slow calls
        ("sSSSS", false),  // R: few slow calls do not
        ("FFIIIII", false),  // R: ignored errors are not recorded
        ("FFFFI", false),  // R: … and do not complete the minimum
        ("FF" + String(repeating: ".", count: 70) + "FFSSS", false),  // R, P: what left the window is forgotten
    ])
    func `R, P: rates over a window`(calls: String, opens: Bool) async {
        let breaker = breaker(Self.rate)
        await run(calls, on: breaker)
        #expect(isOpen(breaker) == opens)
    }

    @Test func `R: rejects and counts what it rejects`() async {
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        await run("FSSS", on: breaker)
        #expect(breaker.metrics == .init(succeeded: 0, failed: 1, ignored: 0, rejected: 3))
    }

    @Test func `R: only so many calls while half-open, and a released place is free again`() async throws {
        let breaker = breaker(.init(trip: .failures(1), openDuration: .seconds(5), jitter: 0, halfOpenMaxCalls: 4))
        await run("F.....", on: breaker)
        let first = try breaker.acquire()
        let others = [try hold(breaker), try hold(breaker), try hold(breaker)]
        #expect(throws: CircuitOpenError.self) { _ = try breaker.acquire() }
        drop(first)
        _ = try hold(breaker)
        _ = others
    }

    private final class Held {
        let permit: CircuitBreaker.Permit
        init(_ permit: consuming CircuitBreaker.Permit) { self.permit = permit }
    }
    private func hold(_ breaker: CircuitBreaker) throws -> Held { Held(try breaker.acquire()) }
    private func drop(_ permit: consuming CircuitBreaker.Permit) {}

    @Test func `R, P: half-open after the pause, not before`() async {
        let breaker = breaker(.init(trip: .failures(1), openDuration: .seconds(5), jitter: 0))
        await run("F....S", on: breaker)
        #expect(isOpen(breaker))
        await run(".S", on: breaker)
        #expect(breaker.state == .halfOpen)
    }

    @Test func `R: each re-opening waits longer`() async {
        let breaker = breaker(.init(trip: .failures(1), openDuration: .seconds(5), jitter: 0))
        await run("F.....F", on: breaker)
        #expect(breaker.state == .open(remaining: .seconds(10)))
    }

    @Test func `P: a success closes and clears, a failure opens again`() async {
        let breaker = breaker(.init(trip: .failures(2), successThreshold: 1, openDuration: .seconds(5), jitter: 0))
        await run("FF.....S", on: breaker)
        #expect(breaker.state == .closed)
        await run("F", on: breaker)
        #expect(breaker.state == .closed)
        await run("F.....F", on: breaker)
        #expect(isOpen(breaker))
    }

    @Test func `P: the error tells what opened the circuit`() async {
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        await run("F", on: breaker)
        let error = await #expect(throws: CircuitOpenError.self) { try await breaker {} }
        #expect(error?.lastCause is Broken)
        #expect(error?.retryAfter == .seconds(60))
    }

    @Test func `P: opened by a returned value there is no error to tell`() async throws {
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        _ = try await breaker.execute(failingIf: { $0 == 99 }) { 99 }
        let error = await #expect(throws: CircuitOpenError.self) { try await breaker {} }
        #expect(error?.lastCause == nil)
    }

    @Test func `R, P: isolated until told otherwise, whatever the calls and the clock`() async {
        let breaker = breaker(.init(trip: .failures(1), openDuration: .seconds(5), jitter: 0))
        await breaker.forceOpen()
        await run("S..........S", on: breaker)
        #expect(breaker.state == .forcedOpen)
        await breaker.reset()
        await run("S", on: breaker)
        #expect(breaker.metrics.succeeded == 1 && breaker.metrics.rejected == 2)
    }

    @Test func `R: disabled it lets all through and never opens`() async {
        let breaker = breaker(.init(trip: .failures(1), jitter: 0))
        await breaker.disable()
        await run("FFFFF", on: breaker)
        #expect(breaker.state == .disabled)
    }

    @Test func `R: reset clears what was counted`() async {
        let breaker = breaker(.init(trip: .failures(3), jitter: 0))
        await run("FF", on: breaker)
        await breaker.reset()
        await run("FF", on: breaker)
        #expect(breaker.state == .closed)
    }

    @Test func `R: a call that was admitted before the circuit opened does not count after`() async throws {
        let breaker = breaker(.init(trip: .failures(1), successThreshold: 1, openDuration: .seconds(5), jitter: 0))
        let late = try breaker.acquire()
        await run("F.....I", on: breaker)
        late.succeed()
        #expect(breaker.state == .halfOpen)
    }

    @Test func `P: a pause that would never end stays representable`() async {
        let breaker = breaker(
            .init(
                trip: .failures(1), openDuration: .seconds(36_525 * 86_400), maxOpenDuration: .seconds(36_525 * 86_400),
                jitter: 1))
        await run("F", on: breaker)
        #expect(isOpen(breaker))
    }
}
