import Foundation
package import HaleModel
package import Logging
package import NIOCore
import Synchronization

/// What all supervised programs of one Hale have in common.
package struct SupervisionPlace: Sendable {
    package var runDirectory: String
    package var logDirectory: String
    package var keeper: KeeperProgram
    package var environment: [String: String]
    package var group: any EventLoopGroup
    package var logger: Logger

    package init(
        runDirectory: String, logDirectory: String, keeper: KeeperProgram, environment: [String: String],
        group: any EventLoopGroup, logger: Logger
    ) {
        self.runDirectory = runDirectory
        self.logDirectory = logDirectory
        self.keeper = keeper
        self.environment = environment
        self.group = group
        self.logger = logger
    }
}

/// Carries out what the engine orders about processes, through their keepers. It decides nothing.
package final class Supervisor: Sendable {
    private enum Work: Sendable {
        case order(ProcessOrder)
        case plan(ProgramPlan)
        /// The former keeper of the instance has to be gone first.
        case succeed(KeeperLink)
    }

    private struct Entry: Sendable {
        var link: KeeperLink
        var plan: ProgramPlan?
        var work: AsyncStream<Work>.Continuation
        var isRetired = false
    }

    private let place: SupervisionPlace
    private let report: @Sendable (ProcessReport) -> Void
    private let entries = Mutex<[InstanceID: Entry]>([:])
    private let arrivals: AsyncStream<(KeeperLink, AsyncStream<Work>)>
    private let arrival: AsyncStream<(KeeperLink, AsyncStream<Work>)>.Continuation

    /// - Parameters:
    ///   - programs: every configured program with its number of instances.
    ///   - report: called in order for each instance, from any thread; must not block.
    package init(
        programs: [(plan: ProgramPlan, instances: Int)], place: SupervisionPlace,
        report: @escaping @Sendable (ProcessReport) -> Void
    ) {
        self.place = place
        self.report = report
        (arrivals, arrival) = AsyncStream.makeStream()
        let wanted = Self.instances(programs)
        let found = (try? FileManager.default.contentsOfDirectory(atPath: place.runDirectory)) ?? []
        let leftOver = found.compactMap { InstanceID($0) }.filter { wanted[$0] == nil }
        entries.withLock { entries in
            for (instance, plan) in wanted { entries[instance] = add(instance, plan) }
            for instance in leftOver { entries[instance] = add(instance, nil) }
        }
    }

    private static func instances(_ programs: [(plan: ProgramPlan, instances: Int)]) -> [InstanceID: ProgramPlan] {
        var wanted: [InstanceID: ProgramPlan] = [:]
        for (plan, instances) in programs {
            for number in 0..<instances { wanted[InstanceID(plan.component, number)] = plan }
        }
        return wanted
    }

    private func add(_ instance: InstanceID, _ plan: ProgramPlan?) -> Entry {
        let (stream, continuation) = AsyncStream.makeStream(of: Work.self)
        let link = KeeperLink(instance, plan: plan, place: place, report: report)
        arrival.yield((link, stream))
        return Entry(link: link, plan: plan, work: continuation)
    }

    /// From here on programs are started by these plans. What runs goes on until the engine orders otherwise.
    package func replace(programs: [(plan: ProgramPlan, instances: Int)]) {
        entries.withLock { entries in
            for (instance, plan) in Self.instances(programs) {
                guard let entry = entries[instance], !entry.isRetired else {
                    let former = entries[instance]?.link
                    let fresh = add(instance, plan)
                    if let former { fresh.work.yield(.succeed(former)) }
                    entries[instance] = fresh
                    continue
                }
                guard entry.plan != plan else { continue }
                entries[instance]?.plan = plan
                entry.work.yield(.plan(plan))
            }
        }
    }

    /// What runs already: the programs of a former life of Hale.
    package func discover() async -> [ProcessReport] {
        let links = entries.withLock { $0.values.map(\.link) }
        return await withTaskGroup(of: ProcessReport.self) { group in
            for link in links { group.addTask { await link.discover() } }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.instance < $1.instance }
        }
    }

    /// Takes an order; it is carried out after the earlier ones for the same instance.
    package func carryOut(_ order: ProcessOrder) {
        let isKnown = entries.withLock { entries in
            guard let entry = entries[order.instance] else { return false }
            if case .retire = order { entries[order.instance]?.isRetired = true }
            entry.work.yield(.order(order))
            return true
        }
        if !isKnown { place.logger.error("no such process: \(order.instance)") }
    }

    /// Lets go of every keeper; to be called before the event loops end.
    package func close() async {
        for link in entries.withLock({ $0.values.map(\.link) }) { await link.close() }
    }

    /// Carries out orders until cancelled. Programs and keepers live on.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await (link, stream) in arrivals {
                group.addTask { for await work in stream { await Self.perform(work, link) } }
            }
        }
    }

    private static func perform(_ work: Work, _ link: KeeperLink) async {
        switch work {
        case .order(let order): await link.carryOut(order)
        case .plan(let plan): await link.take(plan)
        case .succeed(let former): await former.untilGone()
        }
    }
}
