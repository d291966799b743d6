import HaleEngine
import HaleModel
import HaleProbes
import HaleServices
import Logging

/// Carries effects out, and brings their outcomes back as inputs. It decides nothing.
final class EffectInterpreter: Sendable {
    private enum Work: Sendable {
        case check(CheckOrder)
        case remedy(RemedyOrder)
        case hook(HookOrder)
        case close(RetiredChecks)
    }

    private let inbox: Inbox
    private let prober: Prober
    private let supervisor: Supervisor
    private let commands: CommandRunner
    private let closures: Closures
    private let desk: OrderDesk
    private let work: AsyncStream<Work>
    private let queue: AsyncStream<Work>.Continuation

    init(
        inbox: Inbox, prober: Prober, supervisor: Supervisor, commands: CommandRunner, closures: Closures,
        desk: OrderDesk
    ) {
        self.inbox = inbox
        self.prober = prober
        self.supervisor = supervisor
        self.commands = commands
        self.closures = closures
        self.desk = desk
        // Bounded by the engine: a check never overlaps itself, and a component has one remedy at a time.
        (work, queue) = AsyncStream.makeStream()
    }

    /// Runs commands and closures until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await item in work {
                switch item {
                case .check(let order): group.addTask { await self.check(order) }
                case .remedy(let order): group.addTask { await self.remedy(order) }
                case .hook(let order): group.addTask { await self.hook(order) }
                case .close(let checks): group.addTask { await checks.close() }
                }
            }
        }
    }

    /// From here on orders are carried out by the plans of this configuration.
    func take(_ configuration: HaleConfiguration) {
        queue.yield(.close(prober.replace(plans: configuration.checks)))
        supervisor.replace(programs: configuration.supervised)
    }

    private func remedy(_ order: RemedyOrder) async {
        let outcome = order.command == nil ? await closures.run(order) : await commands.run(order)
        Failpoint.betweenRemedyAndRecord.hit()
        inbox.post(.remedyFinished(attempt: order.attempt, component: order.component, outcome))
    }

    private func hook(_ order: HookOrder) async {
        let outcome = await commands.run(order)
        inbox.post(.hookFinished(id: order.id, component: order.component, outcome))
    }

    /// Carries out what needs no record first.
    func perform(_ effects: [Effect]) {
        var checks: [CheckOrder] = []
        for effect in effects {
            if case .check(let order) = effect { checks.append(order) } else { _ = perform(effect) }
        }
        if !checks.isEmpty { check(checks) }
    }

    private func check(_ order: CheckOrder) async {
        let result = await closures.run(order)
        inbox.post(.checkFinished(run: order.run, component: order.component, check: order.check, result))
    }

    private func check(_ orders: [CheckOrder]) {
        var planned: [CheckOrder] = []
        for order in orders {
            if closures.hasCheck(order) { queue.yield(.check(order)) } else { planned.append(order) }
        }
        guard !planned.isEmpty else { return }
        prober.run(planned) { [inbox] order, result in
            inbox.post(.checkFinished(run: order.run, component: order.component, check: order.check, result))
        }
    }

    /// Returns true when Hale may end.
    func perform(_ effect: Effect) -> Bool {
        switch effect {
        case .check(let order): check([order])
        case .process(let order): passing(order) { supervisor.carryOut(order) }
        case .remedy(let order):
            Failpoint.beforeRemedy.hit()
            queue.yield(.remedy(order))
            Failpoint.afterRemedy.hit()
        case .hook(let order): queue.yield(.hook(order))
        case .answer(let order, let answer):
            Failpoint.beforeAnswer.hit()
            desk.answer(order, answer)
        case .finish: return true
        }
        return false
    }

    private func passing(_ order: ProcessOrder, _ act: () -> Void) {
        switch order {
        case .spawn:
            Failpoint.beforeSpawn.hit()
            act()
            Failpoint.afterSpawn.hit()
        case .stop:
            Failpoint.beforeStop.hit()
            act()
            Failpoint.afterStop.hit()
        case .retire: act()
        }
    }
}
