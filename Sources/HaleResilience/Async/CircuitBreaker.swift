import HaleModel
import Synchronization

/// Stops calling what keeps failing, and tries again after a pause.
///
/// ```swift
/// let breaker = CircuitBreaker("bank", failureThreshold: 3)
/// let receipt = try await breaker { try await bank.charge(order) }
/// ```
///
/// While the circuit is open, calls throw ``CircuitOpenError`` at once; ``attempt(_:)`` returns the rejection instead.
/// Half-open, `halfOpenMaxCalls` may try. Cancelled and ignored calls give their place back and count neither way,
/// whatever `judging` says of the errors they threw or whether they returned.
///
/// A call that a ``Timeout`` around the breaker cut off is judged as ``TimeoutError`` if it had at least half of the
/// time-out for itself; else the caller had used the time up, which says nothing of the other side. With no time left at
/// all the call is not made, and ``TimeoutError`` is thrown.
///
/// A closed breaker with nothing on record and no store costs two atomic reads, one addition and a look at the task's
/// deadline and cancellation a call: no lock and no allocation, and no clock unless a ``Deadline`` is in force.
public final class CircuitBreaker: ResiliencePolicy {
    public typealias Placement = WithinRetry

    /// What an error says about the other side.
    public enum Verdict: Hashable, Sendable {
        case failure
        /// It answered, and that is what counts: a "not found", say.
        case success
        /// Says nothing either way.
        case ignored
    }

    public enum State: Hashable, Sendable {
        case closed
        /// `remaining` until calls are tried again.
        case open(remaining: Duration)
        case halfOpen
        /// Rejects every call until ``CircuitBreaker/reset()``.
        case forcedOpen
        /// Admits every call and counts none until ``CircuitBreaker/reset()``.
        case disabled
    }

    /// Calls since the breaker was made.
    public struct Metrics: Hashable, Sendable {
        public var succeeded = 0
        public var failed = 0
        public var ignored = 0
        public var rejected = 0

        public init(succeeded: Int = 0, failed: Int = 0, ignored: Int = 0, rejected: Int = 0) {
            self.succeeded = succeeded
            self.failed = failed
            self.ignored = ignored
            self.rejected = rejected
        }
    }

    public let name: String
    public let configuration: Configuration

    let time: TimeSource
    let store: (any CircuitBreakerStore)?
    /// Asking `store` itself would copy it on each call.
    let hasStore: Bool
    let events: ResilienceEvents
    let core: Mutex<Core>
    let states = Broadcast<State>()
    private let judge: @Sendable (any Error) -> Verdict
    /// The machine at a glance; stored with the lock held.
    private let glance: Atomic<UInt64>
    private let successes = Atomic<Int>(0)

    struct Core {
        var machine: CircuitBreakerStateMachine
        var random: SeededGenerator
        var metrics = Metrics()
        var lastCause: (any Error)?
        /// The state that the store has, or is being given, is older than this one.
        var isUnsaved = false
        var isSaving = false
        /// After a save that failed, calls don't try again before this.
        var nextSave = Instant.zero

        mutating func needsSaving() {
            isUnsaved = true
            nextSave = .zero
        }
    }

    public convenience init(
        _ name: String, _ configuration: Configuration = .init(),
        judging judge: @escaping @Sendable (any Error) -> Verdict = CircuitBreaker.standardVerdict,
        events: ResilienceEvents = .shared, clock: any Clock<Duration> = ContinuousClock(), seed: UInt64? = nil
    ) {
        let configuration = trusting { () throws(InvalidLimit) in try configuration.validated() }
        self.init(
            name, configuration, machine: CircuitBreakerStateMachine(configuration.machine), store: nil, judge: judge,
            events: events, time: TimeSource(clock), seed: seed)
    }

    /// A breaker that opens after failures in a row, in the shortest words.
    public convenience init(
        _ name: String, failureThreshold: Int, openDuration: Duration = .seconds(60),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.init(name, Configuration(trip: .failures(failureThreshold), openDuration: openDuration), clock: clock)
    }

    init(
        _ name: String, _ configuration: Configuration, machine: CircuitBreakerStateMachine,
        store: (any CircuitBreakerStore)?, judge: @escaping @Sendable (any Error) -> Verdict, events: ResilienceEvents,
        time: TimeSource, seed: UInt64?
    ) {
        self.name = name
        self.configuration = configuration
        self.judge = judge
        self.events = events
        self.time = time
        self.store = store
        hasStore = store != nil
        glance = Atomic(machine.glance.word)
        core = Mutex(Core(machine: machine, random: SeededGenerator(seed: seed ?? .random(in: .min ... .max))))
    }

    /// Rejections of inner policies say nothing, and neither do errors that the ``ErrorClassifier`` lays to the caller (a
    /// wrong request, a missing right), unless they are an HTTP answer, which is a success of the other side.
    @Sendable
    public static func standardVerdict(_ error: any Error) -> Verdict { ErrorClassifier.current.verdict(on: error) }

    @inlinable
    @inline(__always)
    public func execute<Value>(_ operation: () async throws -> Value) async throws -> Value {
        let permit = try enter()
        let value: Value
        do {
            value = try await operation()
        } catch {
            await failed(permit, error)
            throw error
        }
        if !succeeded(permit) { await saveIfDue() }
        return value
    }

    /// Runs the operation unless the circuit is open, and counts a returned value as a failure if `isFailure` says so.
    ///
    /// ```swift
    /// try await breaker.execute(failingIf: { $0.status >= 500 }) { try await http.get(url) }
    /// ```
    public func execute<Value>(
        failingIf isFailure: (Value) -> Bool, _ operation: () async throws -> Value
    ) async throws -> Value {
        let permit = try enter()
        let value: Value
        do {
            value = try await operation()
        } catch {
            await failed(permit, error)
            throw error
        }
        settle(permit, byValue: isFailure(value) ? .failure : .success)
        await saveIfDue()
        return value
    }

    @inlinable
    public func callAsFunction<Value>(_ operation: () async throws -> Value) async throws -> Value {
        try await execute(operation)
    }

    /// Like ``execute(_:)``, but a rejection is a value: for callers who are rejected often and have another way.
    @inlinable
    public func attempt<Value>(_ operation: () async throws -> Value) async throws -> Attempt<Value> {
        try checkTime()
        switch admit() {
        case .failure(let rejection): return .rejected(rejection)
        case .success(let permit):
            do {
                let value = try await operation()
                if !succeeded(permit) { await saveIfDue() }
                return .completed(value)
            } catch {
                await failed(permit, error)
                throw error
            }
        }
    }

    /// What became of a call that need not be made.
    @frozen
    public enum Attempt<Value> {
        case completed(Value)
        case rejected(CircuitOpenError)
    }

    // MARK: Admission and verdict

    @usableFromInline
    func enter() throws -> CircuitBreakerStateMachine.Permit {
        guard Deadline.current == nil else {
            try checkTime()
            return try admit().get()
        }
        if let permit = quickPermit { return permit }
        return try ask().get()
    }

    /// A caller whose time-out is over makes no call: it would say nothing of the other side.
    @usableFromInline
    func checkTime() throws {
        guard let cutOff = Deadline.current?.cutOff, cutOff.isOver else { return }
        throw TimeoutError(name: name, limit: .zero)
    }

    /// False if there may be something to save.
    @usableFromInline
    func succeeded(_ permit: CircuitBreakerStateMachine.Permit) -> Bool {
        settle(permit, byValue: .success)
        return !hasStore
    }

    @usableFromInline
    func failed(_ permit: CircuitBreakerStateMachine.Permit, _ error: any Error) async {
        settle(permit, byError: error)
        await saveIfDue()
    }

    /// What a cancelled call returned may be half of an answer, and counts like an error.
    private func settle(_ permit: CircuitBreakerStateMachine.Permit, byValue verdict: Verdict) {
        guard Task.isCancelled else { return settle(permit, verdict, nil) }
        settle(permit, byError: CancellationError())
    }

    /// Cancelled callers never count, nor does a time-out that had no time to begin with. A call that a deadline cut off is
    /// judged as ``TimeoutError``, whatever it threw, if the caller had left it its time.
    func settle(_ permit: CircuitBreakerStateMachine.Permit, byError error: any Error) {
        if let deadline = Deadline.current, let whole = deadline.timeUsedUp(by: error) {
            let timeout = TimeoutError(name: name, limit: deadline.limit.duration)
            let hadItsTime = (time.now - permit.since) * 2 >= whole
            return settle(permit, hadItsTime ? judge(timeout) : .ignored, timeout)
        }
        let wasBegun = (error as? TimeoutError).map { $0.limit > .zero } ?? true
        settle(permit, isCancellation(error) || !wasBegun ? .ignored : judge(error), error)
    }

    /// Within a deadline the permit says when the call began.
    @usableFromInline
    func admit() -> Result<CircuitBreakerStateMachine.Permit, CircuitOpenError> {
        guard let permit = quickPermit else { return ask() }
        return .success(Deadline.current == nil ? permit : permit.beginning(at: time.now))
    }

    private var quickPermit: CircuitBreakerStateMachine.Permit? {
        CircuitBreakerStateMachine.Glance(word: glance.load(ordering: .acquiring)).permit
    }

    @inline(never)
    private func ask() -> Result<CircuitBreakerStateMachine.Permit, CircuitOpenError> {
        let now = time.now
        return core.withLock { core in
            let admission = core.machine.admit(at: now)
            switch admission {
            case .admitted(let permit, let change):
                finish(change, in: &core, at: now)
                return .success(permit)
            case .rejected(let until):
                core.metrics.rejected += 1
                let rejection = CircuitOpenError(
                    breaker: name, remaining: core.machine.control == .automatic ? (until - now).duration : nil,
                    lastCause: core.lastCause)
                events.publish(name, .circuitRejected(remaining: rejection.remaining ?? .zero))
                return .failure(rejection)
            }
        }
    }

    func settle(_ permit: CircuitBreakerStateMachine.Permit, _ verdict: Verdict, _ cause: (any Error)?) {
        if verdict == .success,
            CircuitBreakerStateMachine.Glance(word: glance.load(ordering: .acquiring)).ignoresSuccess(of: permit)
        {
            successes.add(1, ordering: .relaxed)
            return
        }
        count(permit, verdict, cause)
    }

    @inline(never)
    private func count(_ permit: CircuitBreakerStateMachine.Permit, _ verdict: Verdict, _ cause: (any Error)?) {
        let now = time.now
        core.withLock { core in
            switch verdict {
            case .success: core.metrics.succeeded += 1
            case .failure:
                core.metrics.failed += 1
                core.lastCause = cause ?? core.lastCause
            case .ignored: core.metrics.ignored += 1
            }
            let machineVerdict: CircuitBreakerStateMachine.Verdict =
                switch verdict {
                case .success: .success
                case .failure: .failure
                case .ignored: .none
                }
            let change = core.machine.report(machineVerdict, for: permit, at: now, using: &core.random)
            finish(change, in: &core, at: now)
        }
    }

    /// Publishes what the machine did. Called with the lock held, so that streams show changes in their order.
    func finish(_ change: CircuitBreakerStateMachine.Change?, in core: inout Core, at now: Instant) {
        glance.store(core.machine.glance.word, ordering: .releasing)
        guard let change else { return }
        core.needsSaving()
        states.send(describe(core.machine, at: now))
        switch (change, core.machine.state) {
        case (.opened(let until), .open(_, let openings)):
            events.publish(name, .circuitOpened(for: (until - now).duration, openings: openings, cause: core.lastCause))
        case (.halfOpened, _): events.publish(name, .circuitHalfOpened)
        case (.closed, _):
            core.lastCause = nil
            events.publish(name, .circuitClosed)
        case (.opened, _): break
        }
    }

    func describe(_ machine: CircuitBreakerStateMachine, at now: Instant) -> State {
        switch (machine.control, machine.state) {
        case (.forcedOpen, _): .forcedOpen
        case (.disabled, _): .disabled
        case (.automatic, .closed): .closed
        case (.automatic, .open(let until, _)): .open(remaining: max(until - now, .zero).duration)
        case (.automatic, .halfOpen): .halfOpen
        }
    }

    /// The counts so far.
    public var metrics: Metrics {
        core.withLock { core in
            var metrics = core.metrics
            metrics.succeeded += successes.load(ordering: .relaxed)
            return metrics
        }
    }
}
