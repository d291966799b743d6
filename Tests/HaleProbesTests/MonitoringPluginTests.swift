import Foundation
import HaleModel
import Testing

@testable import HaleProbes

/// Debian's monitoring plugins, as they are.
@Suite(.enabled(if: MonitoringPlugins.areWanted, "monitoring-plugins-basic is not installed"))
struct MonitoringPluginTests {
    /// Found by name alone: their folder is searched, too.
    private func run(_ command: String...) async -> HealthCheckResult {
        await probe(.command(CommandCheckPlan(command: command, directory: "/")), timeout: .seconds(60))
    }

    @Test func http() async throws {
        let server = try await RawServer { _ in
            [.request, .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"), .close]
        }
        let good = await run("check_http", "-H", "127.0.0.1", "-p", "\(server.port)", "-w", "50", "-c", "60")
        #expect(good.status == .healthy)
        #expect(good.message.hasPrefix("HTTP OK: HTTP/1.1 200 OK"))
        let time = try #require(good.metrics["time"])
        #expect(time >= 0 && time < 50)
        #expect((good.metrics["size"] ?? .nan) > 2)
        await server.stop()
        let dead = await run("check_http", "-H", "127.0.0.1", "-p", "\(try FreePort.next())")
        #expect(dead.status == .unhealthy)
        #expect(dead.message.contains("Connection refused"))
    }

    @Test func tcp() async throws {
        let server = try await RawServer(.send("hello\r\n"), .hold)
        let good = await run("check_tcp", "-H", "127.0.0.1", "-p", "\(server.port)", "-e", "hello")
        #expect(good.status == .healthy)
        #expect(good.metrics["time"] != nil)
        await server.stop()
        let dead = await run("check_tcp", "-H", "127.0.0.1", "-p", "\(try FreePort.next())")
        #expect(dead.status == .unhealthy)
    }

    @Test func load() async throws {
        let good = await run("check_load", "-w", "9999,9999,9999", "-c", "9999,9999,9999")
        #expect(good.status == .healthy)
        #expect(Set(good.metrics.keys) == ["load1", "load5", "load15"])
        guard case .object(let scales)? = good.details["scales"], case .object(let scale)? = scales["load1"] else {
            Issue.record("no scales in \(good.details)")
            return
        }
        #expect(scale["critical"] == "9999")
    }

    @Test func disk() async throws {
        let good = await run("check_disk", "-w", "0%", "-c", "0%", "-p", "/")
        #expect(good.status == .healthy)
        #expect((good.metrics["/"] ?? .nan) > 1e6)
        let full = await run("check_disk", "-w", "100%", "-c", "0%", "-p", "/")
        #expect(full.status == .degraded)
        #expect(full.message.hasPrefix("DISK WARNING"))
        let none = await run("check_disk", "-w", "1%", "-c", "1%", "-p", "/no/such/folder")
        #expect(none.status == .unhealthy)
    }

    @Test func processes() async throws {
        let good = await run("check_procs", "-c", "1:99999")
        #expect(good.status == .healthy)
        #expect((good.metrics["procs"] ?? .nan) >= 1)
        let few = await run("check_procs", "-c", "99999:")
        #expect(few.status == .unhealthy)
    }

    @Test func wrongArgumentsAreInconclusive() async {
        #expect(await run("check_load", "--no-such-option").status == nil)
    }
}

enum MonitoringPlugins {
    /// In CI missing plugins fail the tests instead of leaving them out.
    static var areWanted: Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/lib/nagios/plugins/check_http")
            || ProcessInfo.processInfo.environment["CI"] == "true"
    }
}
