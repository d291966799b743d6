import AsyncHTTPClient
import Foundation
import HaleModel
import HaleMonitor
import Logging
import NIOCore
import ServiceLifecycle

@main
struct Embedded {
    static func main() async throws {
        var logger = Logger(label: "embedded")
        logger.logLevel = .critical
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("hale-example-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let monitor = try HealthMonitor(dataDirectory: directory, logger: logger)
        let worker = Worker(monitor: monitor)
        let (changes, change) = AsyncStream.makeStream(of: StateChange.self)
        monitor.onStateChange { change.yield($0) }
        try await monitor.register("worker") { component in
            component.heartbeat(late: .milliseconds(300), missing: .milliseconds(600), dead: .seconds(1))
            component.onRemedy(limit: 3, per: .seconds(3_600), verifyAfter: .zero) { order in
                print("attempt \(order.number) to heal \(order.component): \(order.reason)")
                worker.restart()
            }
        }
        try await monitor.register("disk") { disk in
            disk.check(every: .seconds(60)) { try freeSpace(of: directory) }
        }

        var checks = HealthChecks()
        checks.add("worker", worker)
        checks.add("disk") { try freeSpace(of: directory) }
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let app = HealthApp.make(checks, logger: logger) { port.yield($0) }

        let group = ServiceGroup(
            services: [monitor, worker, app], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        async let running: Void = group.run()
        var portIterator = ports.makeAsyncIterator()
        guard let number = await portIterator.next() else { throw Unexpected("the app did not start") }
        try await watch(changes, at: "http://127.0.0.1:\(number)/health")
        let checked = try await monitor.checkNow("disk")
        print("asked by hand: \(checked.map(\.result.message))")
        await group.triggerGracefulShutdown()
        try await running
        print("all as promised")
    }

    /// Follows the worker until it is healthy for the second time, and asks the app on the way.
    private static func watch(_ changes: AsyncStream<StateChange>, at url: String) async throws {
        var seen: [HealthState] = []
        for await change in changes where change.component == "worker" {
            print("\(change.component): \(change.from.rawValue) → \(change.to.rawValue)")
            seen.append(change.to)
            if change.to == .degraded, !seen.contains(.down) { try await expect(503, "fail", at: url) }
            if seen.count(where: { $0 == .healthy }) == 2 { break }
        }
        guard seen.contains(.down), seen.contains(.restarting) else { throw Unexpected("states \(seen)") }
        try await expect(200, "pass", at: url)
    }

    private static func expect(_ status: UInt, _ word: String, at url: String) async throws {
        let answer = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
        let body = Data(try await answer.body.collect(upTo: 65_536).readableBytesView)
        let document = try JSONDecoder().decode(HealthCheckDocument.self, from: body)
        print("GET /health: \(answer.status.code) \(document.status.rawValue) \(document.output ?? "")")
        guard answer.status.code == status, document.status.rawValue == word,
            answer.headers.first(name: "content-type") == "application/health+json"
        else { throw Unexpected("\(answer.status) \(document)") }
    }

    private static func freeSpace(of directory: String) throws -> HealthCheckResult {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: directory)
        let free = (attributes[.systemFreeSize] as? NSNumber)?.doubleValue ?? 0
        return HealthCheckResult(
            free > 10_000_000 ? .healthy : .degraded, free > 10_000_000 ? "there is room" : "the disk is nearly full",
            metrics: ["free_bytes": free])
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
