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

    /// So many checks that begin together go to one event loop: waking another costs more than some checks do.
    private static let company = 32

    private let lanes: [Lane]
    private let nextLane = Atomic(0)
    private let checks: Mutex<[Key: Planned]>
    private let equipment: Equipment
    private let now: @Sendable () -> Moment
    private let isShutDown = Atomic(false)

    /// - Parameter commandGuard: how commands are started; without it their checks are inconclusive.
    package init(
        group: any EventLoopGroup, plans: [CheckPlan], commandGuard: CommandGuard? = nil,
        now: @escaping @Sendable () -> Moment
    ) {
        lanes = Array(group.makeIterator()).map(Lane.init)
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

    /// Runs checks that are among the plans, with one handover to each event loop. Never throws and never outlasts the
    /// time-outs: every trouble is a result. The results come one by one, on the event loops.
    package func run(_ orders: [CheckOrder], then: @escaping @Sendable (CheckOrder, HealthCheckResult) -> Void) {
        var runs: [[(order: CheckOrder, check: PreparedCheck)]] = lanes.map { _ in [] }
        var unknown: [CheckOrder] = []
        var free = 0
        var begun = 0
        checks.withLock { checks in
            for order in orders {
                guard let check = checks[Key(order)]?.check else {
                    unknown.append(order)
                    continue
                }
                if begun % Self.company == 0 { free = takeLane() }
                begun += 1
                runs[keptLane(of: check) ?? free].append((order, check))
            }
        }
        for order in unknown { then(order, .stamped(Self.unknown(order), from: now(), to: now())) }
        for (lane, runs) in zip(lanes, runs) where !runs.isEmpty {
            lane.eventLoop.execute { [self] in
                for (order, check) in runs {
                    start(check, timeout: order.timeout, in: lane, from: now()) { then(order, $0) }
                }
            }
        }
    }

    /// Runs a check that is among the plans. Cancelling the calling task closes the connection at once.
    package func run(_ order: CheckOrder) async -> HealthCheckResult {
        guard let check = checks.withLock({ $0[Key(order)]?.check }) else {
            return .stamped(Self.unknown(order), from: now(), to: now())
        }
        return await perform(check, timeout: order.timeout)
    }

    /// Runs a check that no configuration knows. Its connection is never kept.
    package func run(_ plan: CheckPlan, timeout: TimeSpan) async -> HealthCheckResult {
        await perform(PreparedCheck(plan, mayReuse: false), timeout: timeout)
    }

    /// Cancels the checks under way, closes the kept connections and ends the threads. Later checks are inconclusive.
    package func shutdown() async {
        isShutDown.store(true, ordering: .sequentiallyConsistent)
        for lane in lanes { await lane.cancelAll() }
        await RetiredChecks(checks: checks.withLock { $0.values.map(\.check) }).close()
        equipment.shutdown()
    }

    private static func unknown(_ order: CheckOrder) -> Finding {
        .inconclusive(.configuration, "no check \(order.check) of \(order.component) is configured")
    }

    /// Where the check's connection waits.
    private func keptLane(of check: PreparedCheck) -> Int? {
        guard let eventLoop = check.kept?.eventLoop else { return nil }
        return lanes.firstIndex { $0.eventLoop === eventLoop }
    }

    /// One after the other.
    private func takeLane() -> Int {
        nextLane.wrappingAdd(1, ordering: .relaxed).oldValue & .max % lanes.count
    }

    /// Begins a run on the lane's event loop.
    @discardableResult
    private func start(
        _ check: PreparedCheck, timeout: TimeSpan, in lane: Lane, from begin: Moment,
        then: @escaping (HealthCheckResult) -> Void
    ) -> ProbeRun? {
        guard !isShutDown.load(ordering: .sequentiallyConsistent) else {
            then(.stamped(.inconclusive(.cancelled, "the prober is shut down"), from: begin, to: now()))
            return nil
        }
        let run = ProbeRun(
            eventLoop: lane.eventLoop, equipment: equipment, timeout: timeout, begin: begin, now: now)
        lane.start(run, check, then)
        return run
    }

    private func perform(_ check: PreparedCheck, timeout: TimeSpan) async -> HealthCheckResult {
        let begin = now()
        let lane = lanes[keptLane(of: check) ?? takeLane()]
        let launch = Launch(eventLoop: lane.eventLoop)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                lane.eventLoop.execute { [self] in
                    let run = start(check, timeout: timeout, in: lane, from: begin) {
                        continuation.resume(returning: $0)
                    }
                    launch.started(run)
                }
            }
        } onCancel: {
            lane.eventLoop.execute { launch.cancel() }
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

    func started(_ run: ProbeRun?) {
        if case .cancelled? = state.value { run?.cancel() } else { state.value = run.map(State.running) }
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
