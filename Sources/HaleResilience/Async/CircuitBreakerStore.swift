import HaleModel
import Synchronization

/// What is kept of a breaker: durations, never instants, because clocks of another process or boot mean nothing here.
public struct CircuitBreakerSnapshot: Hashable, Sendable, Codable {
    public enum State: Hashable, Sendable, Codable {
        case closed
        case open(remaining: Duration)
        case halfOpen
        case forcedOpen
        case disabled
    }

    public var state: State
    /// How often the circuit opened since it was last closed: the next pause grows from it.
    public var openings: Int

    public init(state: State, openings: Int = 0) {
        self.state = state
        self.openings = openings
    }

    /// The snapshot as it is after some time: the pause has gone on meanwhile. A negative time counts as none.
    public func aged(by elapsed: Duration) -> CircuitBreakerSnapshot {
        guard case .open(let remaining) = state else { return self }
        let left = remaining.clamped(to: .zero ... .longest) - elapsed.clamped(to: .zero ... .longest)
        return CircuitBreakerSnapshot(state: .open(remaining: max(left, .zero)), openings: openings)
    }
}

/// Keeps breakers across restarts of the program.
///
/// A breaker saves on each change of state, and one save at a time. The call that caused it waits for the save, those in
/// between don't. A save is not cut short by the caller's cancellation or ``Deadline``: a caller that is cancelled, or cut
/// off by a ``Timeout``, goes, and the save ends without it, so that a store that hangs holds up nobody whose time is
/// bounded. What a store throws is published as an event and never fails a call; a later one saves again, a second after
/// the failure at the earliest.
public protocol CircuitBreakerStore: Sendable {
    /// The snapshot under this name, aged by the time since it was saved; `nil` if there is none.
    /// - Throws: ``DamagedRecord`` if there was one that can't be read and has been set aside.
    func load(_ name: String) async throws -> CircuitBreakerSnapshot?
    func save(_ snapshot: CircuitBreakerSnapshot, as name: String) async throws
}

/// A record that could not be read. It was set aside, and the next save writes a new one.
public struct DamagedRecord: Error, Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let reason: String
    /// Where the damaged record is, for people.
    public let location: String

    public init(name: String, reason: String, location: String) {
        self.name = name
        self.reason = reason
        self.location = location
    }

    public var description: String { "the record of \(name) is damaged (\(reason)), set aside as \(location)" }
}

extension CircuitBreaker {
    /// A breaker that continues where the store left it, and saves its changes there.
    ///
    /// Never fails: if the store can't be read, or its record is damaged, the breaker begins closed and says so by an event.
    public convenience init(
        _ name: String, _ configuration: Configuration = .init(), store: any CircuitBreakerStore,
        judging judge: @escaping @Sendable (any Error) -> Verdict = CircuitBreaker.standardVerdict,
        events: ResilienceEvents = .shared, clock: any Clock<Duration> = ContinuousClock(), seed: UInt64? = nil
    ) async {
        let configuration = trusting { () throws(InvalidLimit) in try configuration.validated() }
        let time = TimeSource(clock)
        var machine = CircuitBreakerStateMachine(configuration.machine)
        do {
            if let snapshot = try await store.load(name) { machine = snapshot.machine(configuration, at: time.now) }
        } catch let damaged as DamagedRecord {
            events.publish(name, .storeRecordSetAside(damaged.description))
        } catch {
            events.publish(name, .storeFailed(error))
        }
        self.init(
            name, configuration, machine: machine, store: store, judge: judge, events: events, time: time, seed: seed)
    }

    /// Saves what has changed since the last save; returns at once if nothing has.
    public func persist() async { await save(at: .distantFuture) }

    @usableFromInline
    func saveIfDue() async {
        guard hasStore else { return }
        await save(at: time.now)
    }

    private func save(at now: Instant) async {
        guard let store, beginSaving(at: now) else { return }
        let (saved, end) = AsyncStream.makeStream(of: Never.self)
        // A task of its own, because a caller can't leave a child task behind.
        Task(name: "save breaker") {
            await withoutDeadline { await saveAll(to: store) }
            end.finish()
        }
        for await _ in saved {}  // ends with the save, or when the caller is cancelled
    }

    private func saveAll(to store: any CircuitBreakerStore) async {
        while let snapshot = snapshotToSave() {
            do {
                try await store.save(snapshot, as: name)
            } catch {
                saveFailed()
                events.publish(name, .storeFailed(error))
                return
            }
        }
    }

    /// False if the store is up to date, it is too early, or another caller is at it and will look again.
    private func beginSaving(at now: Instant) -> Bool {
        core.withLock { core in
            guard core.isUnsaved, !core.isSaving, now >= core.nextSave else { return false }
            core.isSaving = true
            return true
        }
    }

    private func saveFailed() {
        let now = time.now
        core.withLock { core in
            core.isUnsaved = true
            core.isSaving = false
            core.nextSave = now + .seconds(1)
        }
    }

    private func snapshotToSave() -> CircuitBreakerSnapshot? {
        core.withLock { core in
            guard core.isUnsaved else {
                core.isSaving = false
                return nil
            }
            core.isUnsaved = false
            return CircuitBreakerSnapshot(core.machine, at: time.now)
        }
    }
}

extension CircuitBreakerSnapshot {
    init(_ machine: CircuitBreakerStateMachine, at now: Instant) {
        switch machine.state {
        case .closed: self.init(state: .closed)
        case .open(let until, let openings):
            self.init(state: .open(remaining: max(until - now, .zero).duration), openings: openings)
        case .halfOpen(_, _, let openings): self.init(state: .halfOpen, openings: openings)
        }
        switch machine.control {
        case .automatic: break
        case .forcedOpen: state = .forcedOpen
        case .disabled: state = .disabled
        }
    }

    /// A pause never outlasts what the configuration allows, whatever the record says.
    func machine(_ configuration: CircuitBreaker.Configuration, at now: Instant) -> CircuitBreakerStateMachine {
        let longest = max(configuration.openDuration, configuration.maxOpenDuration) * (1 + configuration.jitter)
        let openings = min(max(openings, 1), 1_000)
        func resumed(
            _ state: CircuitBreakerStateMachine.State, _ control: CircuitBreakerStateMachine.Control = .automatic
        ) -> CircuitBreakerStateMachine {
            CircuitBreakerStateMachine(configuration.machine, continuing: state, under: control)
        }
        return switch state {
        case .closed: resumed(.closed(failures: 0))
        case .open(let remaining):
            resumed(.open(until: now + TimeSpan(bounding: min(max(remaining, .zero), longest)), openings: openings))
        case .halfOpen: resumed(.halfOpen(successes: 0, underWay: 0, openings: openings))
        case .forcedOpen: resumed(.closed(failures: 0), .forcedOpen)
        case .disabled: resumed(.closed(failures: 0), .disabled)
        }
    }
}
