import Foundation
import HaleModel
import NIOCore
import Testing

@testable import HaleProbes

/// What is read of a process, and what it means.
@Suite struct ProcessCheckTests {
    static let stat =
        "4242 (a) (b c) S 1 4242 4242 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 3 0 987654 12345678 2048 18446744073709551615 1 1"

    @Test func stat() throws {
        let stat = try #require(ProcessStat(Self.stat.utf8))
        #expect(stat.pid == 4_242)
        #expect(stat.name == "a) (b c")
        #expect(stat.cpuTicks == 300)
        #expect(stat.start == 987_654)
        #expect(stat.residentPages == 2_048)
        #expect(stat.isAlive)
        let dead = Self.stat.replacingOccurrences(of: ") S ", with: ") Z ")
        #expect(ProcessStat(dead.utf8)?.isAlive == false)
    }

    @Test(arguments: ["", "1", "1 (a", "1 (a)", "x (a) S 1", "1 )a( S", "1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14"])
    func noStat(_ text: String) {
        #expect(ProcessStat(text.utf8) == nil)
    }

    @Test func noStatCrashes() async {
        await Fuzzing.rounds(1_000) { seed in
            _ = ProcessStat(Fuzzing.bytes(seed, from: [Array(Self.stat.utf8)]))
        }
    }

    private static func process(_ pid: Int32, megabytes: Int = 10, cpu: Double = 0, start: UInt64 = 1) -> RunningProcess
    {
        RunningProcess(
            identity: .init(pid: pid, start: start), name: "nginx", program: "nginx: master",
            residentBytes: megabytes << 20, cpuSeconds: cpu)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var processes: Int
        var count = 1...Int.max
        var memory: Int?
        var cpu: Double?
        var status = HealthStatus.healthy
        var message: String
        var testDescription: String { message }
    }

    @Test(arguments: [
        Case(processes: 1, message: "nginx: 1 process, 10 MiB"),
        Case(processes: 3, message: "nginx: 3 processes, 30 MiB"),
        Case(processes: 0, status: .unhealthy, message: "nginx is not running"),
        Case(processes: 0, count: 2...4, status: .unhealthy, message: "nginx is not running, expected 2 to 4"),
        Case(processes: 1, count: 2...4, status: .unhealthy, message: "nginx: 1 process, expected 2 to 4"),
        Case(processes: 5, count: 2...4, status: .unhealthy, message: "nginx: 5 processes, expected 2 to 4"),
        Case(processes: 1, count: 2...Int.max, status: .unhealthy, message: "nginx: 1 process, expected 2 or more"),
        Case(processes: 2, count: 0...0, status: .unhealthy, message: "nginx: 2 processes, expected 0"),
        Case(processes: 0, count: 0...0, message: "nginx is not running"),
        Case(processes: 2, memory: 20, message: "nginx: 2 processes, 20 MiB"),
        Case(
            processes: 2, memory: 19, status: .degraded, message: "nginx: 20 MiB of memory, more than 19 MiB"),
        Case(processes: 1, cpu: 60, message: "nginx: 1 process, 10 MiB"),
        Case(
            processes: 1, memory: 5, cpu: 50, status: .degraded,
            message: "nginx: 10 MiB of memory, more than 5 MiB; 55.5 % of a processor, more than 50 %"),
    ]) func verdict(_ expected: Case) {
        let plan = ProcessCheckPlan(
            subject: .name("nginx"), count: expected.count, maxMemoryBytes: expected.memory.map { $0 << 20 },
            maxCPUPercent: expected.cpu)
        let processes = (0..<expected.processes).map { Self.process(Int32($0 + 1)) }
        let finding = ProcessVerdict.finding(processes, cpuPercent: 55.5, plan)
        #expect(finding.status == expected.status)
        #expect(finding.message == expected.message)
        #expect(
            finding.metrics == [
                "count": Double(expected.processes), "memory_mb": Double(10 * expected.processes), "cpu_percent": 55.5,
            ])
    }

    @Test func cpuBetweenReadings() {
        var meter = CPUMeter()
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        #expect(meter.measure([Self.process(1, cpu: 10), Self.process(2, cpu: 3)], at: start) == nil)
        // The same reading twice tells nothing.
        #expect(meter.measure([Self.process(1, cpu: 10)], at: start) == nil)
        // 1 s of the first; the second is another process by that number, with all of its 0.5 s; within 2 s.
        let next = [Self.process(1, cpu: 11), Self.process(2, cpu: 0.5, start: 9)]
        #expect(meter.measure(next, at: start + .seconds(2)) == 75)
        #expect(meter.measure([], at: start + .seconds(4)) == 0)
    }

    #if os(Linux)
        @Test func byName() async throws {
            let name = "hale-\(Int.random(in: 1_000_000...9_999_999))-long-name"
            let link = NSTemporaryDirectory() + name
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/bin/sleep")
            defer { try? FileManager.default.removeItem(atPath: link) }
            let check = CheckPlan(
                component: "any", name: "process", probe: .process(ProcessCheckPlan(subject: .name(name))))
            let order = CheckOrder(run: 1, component: "any", check: "process", timeout: .seconds(60))
            try await withProber([check]) { prober in
                #expect(await prober.run(order).message == "\(name) is not running")
                let children = try (0..<2).map { _ in try Child(link, ["600"], output: "/dev/null") }
                try await eventually({ await prober.run(order).metrics["count"] == 2 }, "both are found")
                let result = await prober.run(order)
                #expect(result.status == .healthy)
                #expect((result.metrics["memory_mb"] ?? .nan) > 0)
                try await eventually(
                    { await prober.run(order).metrics["cpu_percent"] != nil }, "a rate of the processor")
                for child in children { try await child.terminate() }
                try await eventually({ await prober.run(order).status == .unhealthy }, "both are missed")
            }
        }

        @Test func aBusyProcessIsSeen() async throws {
            let name = "busy-\(Int.random(in: 10_000...99_999))"
            let link = NSTemporaryDirectory() + name
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/bin/sh")
            defer { try? FileManager.default.removeItem(atPath: link) }
            let child = try Child(link, ["-c", "while :; do :; done"], output: "/dev/null")
            let check = CheckPlan(
                component: "any", name: "process",
                probe: .process(ProcessCheckPlan(subject: .name(name), maxCPUPercent: 1)))
            let order = CheckOrder(run: 1, component: "any", check: "process", timeout: .seconds(60))
            try await withProber([check]) { prober in
                try await eventually({ await prober.run(order).status == .degraded }, "it uses more than it may")
            }
            try await child.terminate()
        }

        @Test func byPidFile() async throws {
            let folder = NSTemporaryDirectory() + "hale-pid-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let file = folder + "/a.pid"
            func run(_ name: String? = nil, count: ClosedRange<Int> = 1...Int.max) async -> HealthCheckResult {
                await probe(.process(ProcessCheckPlan(subject: .pidFile(file, name: name), count: count)))
            }
            func write(_ text: String) throws { try text.write(toFile: file, atomically: true, encoding: .utf8) }
            #expect(await run().message == "there is no pid file \(file)")
            #expect(await run(count: 0...0).status == .healthy)
            try write("")
            #expect(await run().message == "\(file) holds no process number")
            try write("-5\n")
            #expect(await run().status == .unhealthy)
            let child = try Child("sleep", ["600"], output: "/dev/null")
            let pid = try #require(child.number)
            try write(" \(pid) \nmore\n")
            #expect(await run().status == .healthy)
            #expect(await run("sleep").details["pids"] == [.number(Double(pid))])
            #expect(
                await run("nginx").message
                    == "process \(pid), of which the pid file speaks, is \"sleep\", not \"nginx\"")
            try await child.terminate()
            #expect(await run().message == "no process \(pid), of which the pid file speaks")
            #expect(await probe(.process(ProcessCheckPlan(subject: .pidFile(folder, name: nil)))).status == nil)
        }
    #endif
}
