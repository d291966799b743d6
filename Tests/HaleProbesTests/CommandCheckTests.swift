import Foundation
import HaleModel
import NIOPosix
import Testing

@testable import HaleProbes

/// Real commands under the real guard.
@Suite struct CommandCheckTests {
    private func plan(_ command: String..., environment: [String: String] = [:]) -> CheckPlan.Probe {
        .command(CommandCheckPlan(command: command, directory: "/", environment: environment))
    }

    private func shell(_ script: String, timeout: TimeSpan = .seconds(60)) async -> HealthCheckResult {
        await probe(plan("sh", "-c", script), timeout: timeout)
    }

    @Test(arguments: [
        ("echo good; exit 0", HealthStatus.healthy, "good"),
        ("echo odd; exit 1", .degraded, "odd"),
        ("echo bad; exit 2", .unhealthy, "bad"),
        ("echo '?'; exit 3", nil, "?"),
        ("echo strange; exit 4", .unhealthy, "exit code 4 is none of 0 to 3: strange"),
        ("exit 124", .unhealthy, "exit code 124 is none of 0 to 3"),
        ("exit 127", .unhealthy, "exit code 127 is none of 0 to 3"),
        ("exit 0", .healthy, "exit code 0"),
        ("exit 1", .degraded, "exit code 1, nothing written"),
        ("echo why >&2; exit 2", .unhealthy, "why"),
        ("echo out; echo err >&2; exit 2", .unhealthy, "out"),
        ("kill -KILL $$", .unhealthy, "exit code 137 is none of 0 to 3 (as after signal 9)"),
        ("kill -ALRM $$", .unhealthy, "exit code 142 is none of 0 to 3 (as after signal 14)"),
    ]) func convention(_ script: String, _ status: HealthStatus?, _ message: String) async {
        let result = await shell(script)
        #expect(result.status == status)
        #expect(result.message == message)
    }

    @Test func performanceDataBecomesMetrics() async {
        let result = await shell("echo 'fine | time=250ms;500 users=3'; echo 'more | size=2KB'")
        #expect(result.metrics == ["time": 0.25, "users": 3, "size": 2_000])
        #expect(result.details["output"] == "more")
        #expect(result.details["exit_code"] == 0)
    }

    @Test func whatCannotBeStartedIsTold() async {
        let missing = await probe(plan("/no/such/plugin"))
        #expect(missing.status == .unhealthy)
        #expect(missing.message == "the command was not found: /no/such/plugin")
        let closed = await probe(plan("/etc/passwd"))
        #expect(closed.status == .unhealthy)
        #expect(closed.message == "the command could not be started: /etc/passwd: Permission denied")
        let nowhere = await probe(
            .command(CommandCheckPlan(command: ["true"], directory: "/no/such/folder", environment: [:])))
        #expect(nowhere.status == nil)
        #expect(
            nowhere.message
                == "the directory of the command cannot be entered: /no/such/folder: No such file or directory")
        let prober = Prober(group: .singletonMultiThreadedEventLoopGroup, plans: []) { .present }
        let unguarded = await prober.run(
            CheckPlan(component: "any", name: "command", probe: plan("true")), timeout: .seconds(60))
        await prober.shutdown()
        #expect(unguarded.status == nil)
    }

    @Test func theEnvironmentIsClean() async {
        let result = await probe(plan("env", environment: ["MODE": "fast", "TZ": "Asia/Tokyo"]))
        let output = result.details["output"].map { "\($0)" } ?? ""
        let all = result.message + "\n" + output
        #expect(all.contains("MODE=fast"))
        #expect(all.contains("TZ=Asia/Tokyo"))
        #expect(all.contains("LC_NUMERIC=C"))
        #expect(!all.contains("SECRET"))
    }

    @Test func wordsAreNeverReadByAShell() async {
        let result = await probe(plan("printf", "%s\n", "$HOME; `id` | 'x'"))
        #expect(result.message == "$HOME; `id`")
    }

    @Test func aFloodIsReadAndDropped() async {
        let result = await shell("yes 'a line | n=1' | head -c 20000000; exit 1")
        #expect(result.status == .degraded)
        #expect(result.message == "a line")
        #expect(result.metrics == ["n": 1])
    }

    /// The leader and two more that hear nothing of TERM, one of them in a session of its own.
    private static func stubborn(_ mark: String) -> String {
        "trap '' TERM; sh -c \"trap '' TERM; while :; do sleep \(mark); done\" & "
            + "setsid sh -c \"trap '' TERM; sleep \(mark)\" & while :; do sleep \(mark); done"
    }

    private func living(_ mark: String) -> Int {
        (try? ProcessSource.all())?.count { process in
            let line = SmallFile.bytes("/proc/\(process.identity.pid)/cmdline", atMost: 4_096) ?? []
            return String(decoding: line, as: UTF8.self).contains(mark)
        } ?? 0
    }

    #if os(Linux)
        @Test func theWholeGroupIsKilledAtTheTimeOut() async throws {
            let mark = "9\(Int.random(in: 100_000...999_999))"
            async let run = shell(Self.stubborn(mark), timeout: .seconds(2))
            try await eventually({ living(mark) >= 4 }, "all of them run")
            let result = await run
            #expect(result.status == .unhealthy)
            #expect(result.kind == "timeout")
            #expect(result.message == "the command did not end within 2s and was killed")
            try await eventually({ living(mark) == 0 }, "all of them are gone")
        }

        @Test func noRunBeginsBesideTheOneBefore() async throws {
            let mark = "6\(Int.random(in: 100_000...999_999))"
            let check = CheckPlan(
                component: "any", name: "command",
                probe: plan("sh", "-c", "trap '' TERM; while :; do sleep \(mark); done"))
            func order(_ timeout: TimeSpan) -> CheckOrder {
                CheckOrder(run: 1, component: "any", check: "command", timeout: timeout)
            }
            try await withProber([check]) { prober in
                let first = Task { await prober.run(order(.seconds(1))) }
                try await eventually({ living(mark) > 0 }, "it runs")
                #expect(await first.value.kind == "timeout")
                // What hears nothing of TERM is there for two seconds more.
                let second = await prober.run(order(.milliseconds(100)))
                #expect(second.status == nil)
                #expect(second.message == "the processes of the run before did not end within 100ms")
            }
            try await eventually({ living(mark) == 0 }, "it is gone")
        }

        @Test func whatACommandLeavesBehindIsGone() async throws {
            let mark = "8\(Int.random(in: 100_000...999_999))"
            let result = await shell("setsid sleep \(mark) & sleep \(mark) & echo started")
            #expect(result.message == "started")
            try await eventually({ living(mark) == 0 }, "both are gone")
        }

        @Test func aCancelledRunEndsItsCommand() async throws {
            let mark = "7\(Int.random(in: 100_000...999_999))"
            let run = Task { await shell("sleep \(mark)", timeout: .seconds(600)) }
            try await eventually({ living(mark) > 0 }, "it runs")
            run.cancel()
            #expect(await run.value.kind == "cancelled")
            try await eventually({ living(mark) == 0 }, "it is gone")
        }
    #endif

    @Test func manyAtOnce() async {
        let checks = (0..<40).map {
            CheckPlan(component: "c", name: "n\($0)", probe: plan("sh", "-c", "echo \($0); exit \($0 % 3)"))
        }
        await withProber(checks) { prober in
            await withTaskGroup(of: Void.self) { group in
                for (index, check) in checks.enumerated() {
                    group.addTask {
                        for run in 0..<3 {
                            let result = await prober.run(
                                CheckOrder(run: UInt64(run), component: "c", check: check.name, timeout: .seconds(60)))
                            #expect(result.message == "\(index)")
                            #expect(result.status == [.healthy, .degraded, .unhealthy][index % 3])
                        }
                    }
                }
            }
        }
    }
}
