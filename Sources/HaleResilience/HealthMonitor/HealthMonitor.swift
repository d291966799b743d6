public import HaleModel
import Synchronization

/// Keeps the health of the components of a program: from what their operations report, and from checks of their own.
///
/// ```swift
/// let monitor = HealthMonitor()
/// monitor.register("site") { _ = try await site.version() }
/// monitor.onAlert(from: .unhealthy) { health in print(health.component, health.status) }
/// async let _ = monitor.run()
///
/// monitor.recordSuccess("site", responseTime: .milliseconds(3))
/// print(monitor.systemHealth().status)
/// ```
public final class HealthMonitor: Sendable {
    public typealias Check = @Sendable () async throws -> Void
    public typealias Alert = @Sendable (ComponentHealth) async -> Void

    private struct Entry {
        var check: Check?
        /// Which call of `register` the check is of, so that a former one under way changes nothing.
        var registration = 0
        var outcomes: OutcomeWindow
        var consecutiveFailures = 0
        var lastFailure: String?
        var failedCheck: String?
        var responseTimes = TimeSpan.zero
        var responses = 0
        var announced = HealthStatus.healthy
    }

    private struct Registry {
        var entries: [String: Entry] = [:]
        var registrations = 0
        var alerts: [(from: HealthStatus, run: Alert)] = []
        var running: Task<Void, Never>?
    }

    /// The monitor whose own task this is.
    @TaskLocal private static var running: ObjectIdentifier?

    private let registry = Mutex(Registry())
    private let window: Duration
    private let interval: Duration
    private let checkTimeout: Timeout
    private let time: TimeSource

    /// - Parameters:
    ///   - window: how far back an error rate looks. Default 60 s.
    ///   - interval: the pause between rounds of checks. Default 30 s.
    ///   - checkTimeout: what a single check may take. Default 10 s.
    public init(
        window: Duration = .seconds(60), interval: Duration = .seconds(30), checkTimeout: Duration = .seconds(10),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        precondition(window > .zero && interval > .zero, "window and interval must be over 0 s")
        self.window = window
        self.interval = interval
        self.checkTimeout = Timeout(checkTimeout, name: "health check", clock: clock)
        time = TimeSource(clock)
    }

    deinit { registry.withLock { $0.running }?.cancel() }

    /// Adds a component, or gives it another check, or none. What a former check said is forgotten.
    public func register(_ component: String, check: Check? = nil) {
        registry.withLock { registry in
            registry.registrations += 1
            let registration = registry.registrations
            update(&registry, component) { entry in
                entry.check = check
                entry.registration = registration
                entry.failedCheck = nil
            }
        }
    }

    public func unregister(_ component: String) {
        registry.withLock { $0.entries[component] = nil }
    }

    /// Calls `alert` each time that a component's status reaches `status` or worse, having been better. Alerts run one after
    /// the other within the round of checks, and the next round begins after them: give work that takes long to a task.
    public func onAlert(from status: HealthStatus, _ alert: @escaping Alert) {
        registry.withLock { $0.alerts.append((status, alert)) }
    }

    // MARK: Evidence

    public func recordSuccess(_ component: String, responseTime: Duration? = nil) {
        let now = time.now
        registry.withLock { registry in
            update(&registry, component) { entry in
                entry.outcomes.record(failed: false, slow: false, at: now)
                entry.consecutiveFailures = 0
                guard let responseTime else { return }
                entry.responses += 1
                entry.responseTimes = entry.responseTimes.adding(TimeSpan(bounding: responseTime))
            }
        }
    }

    public func recordFailure(_ component: String, _ error: any Error) {
        let now = time.now
        let failure = "\(error)"  // the error's own code, which may come back here
        registry.withLock { registry in
            update(&registry, component) { entry in
                entry.outcomes.record(failed: true, slow: false, at: now)
                entry.consecutiveFailures += 1
                entry.lastFailure = failure
            }
        }
    }

    /// Records how the operation went, and how long it took.
    public func observe<Value>(_ component: String, _ operation: () async throws -> Value) async throws -> Value {
        let begin = time.now
        do {
            let value = try await operation()
            recordSuccess(component, responseTime: (time.now - begin).duration)
            return value
        } catch {
            if !isCancellation(error) { recordFailure(component, error) }
            throw error
        }
    }

    // MARK: Health

    /// `nil` for a component that was never registered or heard of.
    public func componentHealth(_ component: String) -> ComponentHealth? {
        let now = time.now
        return registry.withLock { registry in
            registry.entries[component]?.outcomes.forget(before: now)
            return registry.entries[component].map { describe(component, $0) }
        }
    }

    public func systemHealth() -> SystemHealth {
        let now = time.now
        let components = registry.withLock { registry in
            registry.entries.keys.sorted().map { component in
                registry.entries[component]?.outcomes.forget(before: now)
                return describe(component, registry.entries[component] ?? newEntry)
            }
        }
        let issues = components.filter { $0.status != .healthy }.sorted { $0.status > $1.status }.map { health in
            let rate = "\(health.failures) of \(health.operations) operations failed"
            let last = health.lastFailure.map { ", last: \($0)" } ?? ""
            return SystemHealth.Issue(
                component: health.component, status: health.status,
                reason: health.failedCheck.map { "check failed: \($0)" } ?? rate + last)
        }
        return SystemHealth(
            status: components.map(\.status).max() ?? .healthy, components: components, issues: issues)
    }

    private var newEntry: Entry { Entry(outcomes: OutcomeWindow(.time(TimeSpan(bounding: window)))) }

    private func update(_ registry: inout Registry, _ component: String, _ change: (inout Entry) -> Void) {
        change(&registry.entries[component, default: newEntry])
    }

    private func describe(_ component: String, _ entry: Entry) -> ComponentHealth {
        let counts = entry.outcomes.counts
        let rate = counts.calls == 0 ? 0 : Double(counts.failures) / Double(counts.calls)
        return ComponentHealth(
            component: component,
            status: entry.failedCheck == nil
                ? HealthStatus(errorRate: rate) : max(.unhealthy, HealthStatus(errorRate: rate)),
            errorRate: rate, operations: counts.calls, failures: counts.failures,
            meanResponseTime: entry.responses == 0 ? nil : (entry.responseTimes / Int64(entry.responses)).duration,
            consecutiveFailures: entry.consecutiveFailures, lastFailure: entry.lastFailure,
            failedCheck: entry.failedCheck)
    }

    // MARK: Continuous monitoring

    /// Runs every check and the alerts that are due, once. A deadline of the caller says nothing of the components.
    public func check() async { await withoutDeadline { await checkAll() } }

    private func checkAll() async {
        let checks = registry.withLock { registry in
            registry.entries.compactMap { component, entry in
                entry.check.map { (component: component, registration: entry.registration, run: $0) }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for check in checks {
                group.addTask { [checkTimeout] in
                    let result = await checkTimeout.result(of: check.run)
                    if case .failure(let error) = result, isCancellation(error) { return }
                    self.note(check.component, check.registration, result)
                }
            }
        }
        for (health, alert) in dueAlerts() { await alert(health) }
    }

    /// Checks and alerts until the caller is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await check()
            do { try await time.sleep(for: TimeSpan(bounding: interval)) } catch { return }
        }
    }

    /// ``run()`` in a task of the monitor's own, for programs that have no task group to put it in. Ends with ``stop()``,
    /// or with the monitor.
    public func start() {
        registry.withLock { registry in
            guard registry.running == nil else { return }
            registry.running = Task(name: "health monitor") { [weak self, time, interval] in
                while !Task.isCancelled, let id = self.map(ObjectIdentifier.init) {
                    await Self.$running.withValue(id) { await self?.check() }
                    do { try await time.sleep(for: TimeSpan(bounding: interval)) } catch { return }
                }
            }
        }
    }

    /// Ends what ``start()`` began, and returns when it has ended; at once from within a check or an alert, whose round
    /// ends after it.
    public func stop() async {
        let running = registry.withLock { registry in
            defer { registry.running = nil }
            return registry.running
        }
        running?.cancel()
        guard Self.running != ObjectIdentifier(self) else { return }
        await running?.value
    }

    private func note(_ component: String, _ registration: Int, _ result: Result<Void, any Error>) {
        let failedCheck: String? = if case .failure(let error) = result { "\(error)" } else { nil }
        registry.withLock { registry in
            guard registry.entries[component]?.registration == registration else { return }
            registry.entries[component]?.failedCheck = failedCheck
        }
    }

    private func dueAlerts() -> [(ComponentHealth, Alert)] {
        let now = time.now
        return registry.withLock { registry in
            var due: [(ComponentHealth, Alert)] = []
            for component in registry.entries.keys.sorted() {
                registry.entries[component]?.outcomes.forget(before: now)
                guard let entry = registry.entries[component] else { continue }
                let health = describe(component, entry)
                for alert in registry.alerts where health.status >= alert.from && entry.announced < alert.from {
                    due.append((health, alert.run))
                }
                registry.entries[component]?.announced = health.status
            }
            return due
        }
    }
}
