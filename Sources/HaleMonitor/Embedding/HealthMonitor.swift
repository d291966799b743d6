public import HaleModel
internal import HaleServer
public import Logging
public import ServiceLifecycle
internal import Synchronization

/// A Hale within a program: it watches what the program registers, and lets the program heal itself.
///
/// ```swift
/// let monitor = try HealthMonitor(dataDirectory: "/var/lib/shop/hale")
/// monitor.onStateChange { change in print("\(change.component) is \(change.to.rawValue): \(change.message)") }
/// try await monitor.register("queue") { queue in
///     queue.check(every: .seconds(5)) { HealthCheckResult(.healthy, "\(await jobs.count) jobs wait") }
///     queue.heartbeat()
///     queue.onRemedy(limit: 3, per: .seconds(3_600)) { _ in try await jobs.reconnect() }
/// }
/// try await ServiceGroup(services: [monitor, shop], logger: logger).run()
/// ```
///
/// The same engine as in the daemon decides everything: `HANDBOOK.md` has its rules. What it knows, its limits included, is
/// in the data directory and outlives the program; only one Hale at a time may use that directory. In it lies `hale.sock`,
/// over which the HTTP interface answers its owner.
public final class HealthMonitor: Service {
    private let monitor: Monitor
    private let closures: Closures
    private let logger: Logger
    private let listeners = Mutex<[@Sendable (StateChange) async -> Void]>([])
    private let bound: BoundPort

    /// Opens the data directory, and makes it where it is missing; nothing is watched before `run()`.
    /// - Parameters:
    ///   - dataDirectory: a path of less than 94 bytes, from the current directory where it is relative.
    ///   - bind: where the HTTP interface answers over TCP, as it does for the daemon; port 0 asks the system for a free one.
    ///     Default: nowhere. Beyond the loopback addresses only where the directory's `tokens.json` has a token.
    /// - Throws: `MonitorError` where the directory can't be used, or another Hale uses it.
    public init(dataDirectory: String, bind: Endpoint? = nil, logger: Logger = Logger(label: "hale"))
        throws(MonitorError)
    {
        let closures = Closures()
        let bound = BoundPort()
        let configuration = try HaleConfiguration.embedded(dataDirectory: dataDirectory, bind: bind)
        monitor = try Monitor(
            configuration, closures: closures, executable: nil, environment: [:], logger: logger
        ) { port, _ in
            bound.port.withLock { $0 = port }
        }
        self.closures = closures
        self.bound = bound
        self.logger = logger
    }

    /// Watches until it is shut down gracefully or cancelled. Once.
    public func run() async throws {
        // Not waited for: a listener may never return.
        let teller = Task(name: "state changes") { await self.tellStateChanges() }
        defer { teller.cancel() }
        try await monitor.run()
    }

    // MARK: What is watched

    /// Watches a component, or one of this id otherwise from here on.
    ///
    /// What is registered before `run()` is watched from the beginning on and keeps its history and its limits from the runs
    /// before. A component that is not registered by then begins anew.
    /// - Throws: `MonitorError` where a value is out of bounds, a dependency is not registered, or Hale does not run any more;
    ///   then nothing has changed.
    public func register(
        _ id: ComponentID, _ configure: (inout MonitoredComponent) -> Void
    ) async throws(MonitorError) {
        var component = MonitoredComponent(id)
        configure(&component)
        try Self.check(await monitor.embed(id, (try component.policy(), component.closures)))
    }

    /// Watches something that says by itself how it is: one check, every 10 s, with no remedy.
    public func register(_ id: ComponentID, _ checkable: some HealthCheckable) async throws(MonitorError) {
        try await register(id) { $0.check(of: checkable) }
    }

    /// Watches a component no more, and forgets what was known of it.
    /// - Throws: `MonitorError` where there is none of this id, another depends on it, or Hale does not run any more.
    public func unregister(_ id: ComponentID) async throws(MonitorError) {
        try Self.check(await monitor.embed(id, nil))
    }

    private static func check(_ answer: RegistrationAnswer) throws(MonitorError) {
        switch answer {
        case .accepted: return
        case .rejected(let problems): throw MonitorError(problems.joined(separator: "; "))
        case .refused(let refusal): throw MonitorError(refusal.message)
        }
    }

    // MARK: What is said and asked

    /// Says that a component lives, and what it says of itself. Returns at once; never blocks.
    /// - Parameters:
    ///   - status: what it thinks of itself; `nil`: it merely lives.
    ///   - metrics: numbers by name, such as `memory_mb`, at most 64; `error_rate` lies in 0…1.
    ///   - progress: a number that should grow.
    /// - Throws: `MonitorError` where it is not registered or a value is out of bounds.
    public func heartbeat(
        _ id: ComponentID, _ status: HealthStatus? = nil, message: String? = nil, metrics: [String: Double] = [:],
        progress: Double? = nil
    ) throws(MonitorError) {
        guard closures.has(id) else { throw MonitorError("there is no component '\(id)'") }
        let beat = Heartbeat(component: id, metrics: metrics, status: status, message: message, progress: progress)
        if let problem = beat.problem { throw MonitorError("heartbeat of \(id): \(problem)") }
        monitor.take(beat)
    }

    /// Runs the checks of one component, or of all, and returns what they found; the results count. Before `run()` it waits.
    /// - Throws: `MonitorError` where the component is not known, has no check or is paused, or Hale does not run any more.
    public func checkNow(_ id: ComponentID? = nil) async throws(MonitorError) -> [CheckedComponent] {
        switch await monitor.order(.check(id)) {
        case .checked(let results): return results
        case .refused(let refusal): throw MonitorError(refusal.message)
        case .accepted, .explained: return []
        }
    }

    /// Calls the closure with every change of a state of this run once it is on disk, in their order, one after the other.
    /// While it is at work, later changes wait for it; those of the very end may stay untold.
    public func onStateChange(_ body: @escaping @Sendable (StateChange) async -> Void) {
        listeners.withLock { $0.append(body) }
    }

    /// What is known of every component and of the system as a whole; never waits.
    public var health: HealthView { monitor.view }

    /// The TCP port of the HTTP interface; `nil` where there is none, or before it answers.
    public var port: Int? { bound.port.withLock { $0 } }

    // MARK: Telling

    private func tellStateChanges() async {
        var pages = monitor.stateChanges.makeAsyncIterator()
        while !Task.isCancelled {
            do {
                guard let events = try await pages.next() else { return }
                for change in events.compactMap(StateChange.init) {
                    for listener in listeners.withLock({ $0 }) { await listener(change) }
                }
            } catch {
                logger.warning("Changes of states can't be read from the store: \(error)")
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }
}

/// Where the HTTP interface answers, once it does.
private final class BoundPort: Sendable {
    let port = Mutex<Int?>(nil)
}
