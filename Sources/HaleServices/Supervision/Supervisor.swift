import Foundation
package import HaleModel
package import Logging
package import NIOCore

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
    private let links: [InstanceID: (link: KeeperLink, orders: AsyncStream<ProcessOrder>.Continuation)]
    private let streams: [InstanceID: AsyncStream<ProcessOrder>]
    private let logger: Logger

    /// - Parameters:
    ///   - programs: every configured program with its number of instances.
    ///   - report: called in order for each instance, from any thread; must not block.
    package init(
        programs: [(plan: ProgramPlan, instances: Int)], place: SupervisionPlace,
        report: @escaping @Sendable (ProcessReport) -> Void
    ) {
        var wanted: [InstanceID: ProgramPlan?] = [:]
        for (plan, instances) in programs {
            for number in 0..<instances { wanted[InstanceID(plan.component, number)] = plan }
        }
        let found = (try? FileManager.default.contentsOfDirectory(atPath: place.runDirectory)) ?? []
        for name in found {
            if let instance = InstanceID(name), wanted[instance] == nil { wanted[instance] = .some(nil) }
        }
        var links: [InstanceID: (link: KeeperLink, orders: AsyncStream<ProcessOrder>.Continuation)] = [:]
        var streams: [InstanceID: AsyncStream<ProcessOrder>] = [:]
        for (instance, plan) in wanted {
            let (stream, continuation) = AsyncStream.makeStream(of: ProcessOrder.self)
            links[instance] = (KeeperLink(instance, plan: plan, place: place, report: report), continuation)
            streams[instance] = stream
        }
        self.links = links
        self.streams = streams
        logger = place.logger
    }

    /// What runs already: the programs of a former life of Hale.
    package func discover() async -> [ProcessReport] {
        await withTaskGroup(of: ProcessReport.self) { group in
            for (link, _) in links.values { group.addTask { await link.discover() } }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.instance < $1.instance }
        }
    }

    /// Takes an order; it is carried out after the earlier ones for the same instance.
    package func carryOut(_ order: ProcessOrder) {
        guard let entry = links[order.instance] else {
            logger.error("no such process: \(order.instance)")
            return
        }
        entry.orders.yield(order)
    }

    /// Lets go of every keeper; to be called before the event loops end.
    package func close() async {
        for (link, _) in links.values { await link.close() }
    }

    /// Carries out orders until cancelled. Programs and keepers live on.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            for (instance, stream) in streams {
                guard let link = links[instance]?.link else { continue }
                group.addTask { for await order in stream { await link.carryOut(order) } }
            }
        }
    }
}
