package import HaleModel
package import NIOCore
import Synchronization

/// Runs checks: one order, one result.
///
/// ```swift
/// let prober = Prober(group: group, plans: configuration.checks, now: clock.moment)
/// let result = await prober.run(order)
/// ```
///
/// The event loop group must outlive the prober; `shutdown()` comes first.
package final class Prober: Sendable {
    private struct Key: Hashable {
        var component: ComponentID
        var check: String

        init(_ plan: CheckPlan) {
            component = plan.component
            check = plan.name
        }

        init(_ order: CheckOrder) {
            component = order.component
            check = order.check
        }
    }

    private struct Planned {
        var plan: CheckPlan
        var check: PreparedCheck
    }

    private let group: any EventLoopGroup
    private let checks: Mutex<[Key: Planned]>
    private let equipment: Equipment
    private let now: @Sendable () -> Moment
    private let isShutDown = Atomic(false)

    /// - Parameter commandGuard: how commands are started; without it their checks are inconclusive.
    package init(
        group: any EventLoopGroup, plans: [CheckPlan], commandGuard: CommandGuard? = nil,
        now: @escaping @Sendable () -> Moment
    ) {
        self.group = group
        equipment = Equipment(commandGuard: commandGuard)
        self.now = now
        checks = Mutex(Self.prepare(plans, keeping: [:]))
    }

    /// From here on orders are carried out by these plans. A check whose plan stays the same keeps its connection; those
    /// that are gone or have another plan are returned, to be closed.
    package func replace(plans: [CheckPlan]) -> RetiredChecks {
        checks.withLock { checks in
            let former = checks
            checks = Self.prepare(plans, keeping: former)
            return RetiredChecks(
                checks: former.compactMap { key, planned in
                    checks[key]?.plan == planned.plan ? nil : planned.check
                })
        }
    }

    private static func prepare(_ plans: [CheckPlan], keeping former: [Key: Planned]) -> [Key: Planned] {
        var prepared: [Key: Planned] = [:]
        for plan in plans {
            let key = Key(plan)
            if let planned = former[key], planned.plan == plan {
                prepared[key] = planned
            } else {
                prepared[key] = Planned(plan: plan, check: PreparedCheck(plan, mayReuse: true))
            }
        }
        return prepared
    }

    /// Runs a check that is among the plans. Never throws and never outlasts the time-out: every trouble is a
    /// result. Cancelling the calling task closes the connection at once.
    package func run(_ order: CheckOrder) async -> HealthCheckResult {
        guard let check = checks.withLock({ $0[Key(order)]?.check }) else {
            return .stamped(
                .inconclusive(.configuration, "no check \(order.check) of \(order.component) is configured"),
                from: now(), to: now())
        }
        return await perform(check, timeout: order.timeout)
    }

    /// Runs a check that no configuration knows. Its connection is never kept.
    package func run(_ plan: CheckPlan, timeout: TimeSpan) async -> HealthCheckResult {
        await perform(PreparedCheck(plan, mayReuse: false), timeout: timeout)
    }

    /// Closes the kept connections and ends the threads. Checks under way end by themselves; later ones are
    /// inconclusive.
    package func shutdown() async {
        isShutDown.store(true, ordering: .sequentiallyConsistent)
        await RetiredChecks(checks: checks.withLock { $0.values.map(\.check) }).close()
        equipment.shutdown()
    }

    private func perform(_ check: PreparedCheck, timeout: TimeSpan) async -> HealthCheckResult {
        let begin = now()
        guard !isShutDown.load(ordering: .sequentiallyConsistent) else {
            return .stamped(.inconclusive(.cancelled, "the prober is shut down"), from: begin, to: now())
        }
        let eventLoop = check.kept?.eventLoop ?? group.next()
        let launch = Launch(eventLoop: eventLoop)
        let (equipment, now) = (equipment, now)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                eventLoop.execute {
                    let run = ProbeRun(
                        eventLoop: eventLoop, equipment: equipment, timeout: timeout, begin: begin, now: now
                    ) { continuation.resume(returning: $0) }
                    launch.start(run, check)
                }
            }
        } onCancel: {
            eventLoop.execute { launch.cancel() }
        }
    }
}

/// Checks that no order names any more.
package struct RetiredChecks: Sendable {
    let checks: [PreparedCheck]

    /// Closes the connections that were kept for them. Runs under way end by themselves.
    package func close() async {
        for check in checks { await check.kept?.shutdown() }
    }
}

/// Where a cancellation finds the run, whichever of the two reaches the event loop first.
private struct Launch: Sendable {
    private enum State {
        case cancelled
        case running(ProbeRun)
    }

    private let state: NIOLoopBoundBox<State?>

    init(eventLoop: any EventLoop) {
        state = .makeEmptyBox(eventLoop: eventLoop)
    }

    func start(_ run: ProbeRun, _ check: PreparedCheck) {
        if case .cancelled? = state.value {
            run.cancel()
        } else {
            state.value = .running(run)
            run.start(check.begin)
        }
    }

    func cancel() {
        if case .running(let run)? = state.value {
            run.cancel()
        } else {
            state.value = .cancelled
        }
    }
}

extension HealthCheckResult {
    static func stamped(_ finding: Finding, from begin: Moment, to end: Moment) -> HealthCheckResult {
        HealthCheckResult(
            finding.status, finding.message, details: finding.details, metrics: finding.metrics, timestamp: end.wall,
            latency: max(.zero, end.boot - begin.boot))
    }
}
