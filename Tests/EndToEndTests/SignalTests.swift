import Foundation
import Glibc
import HaleModel
import Testing

/// Signals to Hale, to its keepers and to its programs.
@Suite struct SignalTests {
    private func exists(_ pid: Int32) -> Bool { ProcessTable.entry(pid).map { $0.state != "Z" } ?? false }

    private func running(_ id: String, _ sandbox: Sandbox) async throws -> Int32 {
        let component = try await sandbox.waitFor(id, "runs") { $0.state == .healthy && $0.pid != nil }
        return try #require(component.pid)
    }

    @Test func interruptEndsProgramsAndKeepers() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let hale = try await sandbox.start()
            let pid = try await running("steady", sandbox)
            hale.signal(SIGINT)
            #expect(try await hale.end() == .code(0))
            #expect(!exists(pid))
            try await eventually("nothing is left") {
                ProcessTable.belonging(to: sandbox.marker, sandbox.directory.path).isEmpty
            }
        }
    }

    @Test func secondInterruptHurries() async throws {
        try await Sandbox.use { sandbox in
            let deaf = try sandbox.program(
                "deaf", "trap 'echo asked >> \"$self.journal\"' TERM\n" + Programs.steady, more: "stopTimeout: 1h")
            try sandbox.configure("  deaf: {run: \(deaf)}")
            let hale = try await sandbox.start()
            let pid = try await running("deaf", sandbox)
            hale.signal(SIGINT)
            try await eventually("the program is asked to end") { sandbox.lines("deaf.0.journal").contains("asked") }
            #expect(hale.ended == nil && exists(pid))
            hale.signal(SIGINT)
            #expect(try await hale.end() == .code(0))
            #expect(!exists(pid))
        }
    }

    @Test func terminationLeavesProgramsToTheNextHale() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let first = try await sandbox.start()
            let pid = try await running("steady", sandbox)
            first.signal(SIGTERM)
            #expect(try await first.end() == .code(0))
            #expect(exists(pid))
            let second = try await sandbox.start()
            #expect(try await running("steady", sandbox) == pid)
            #expect(sandbox.lines("steady.0.journal") == ["start \(pid)"])
            try await sandbox.finish(second)
        }
    }

    @Test func keeperKilledIsAProcessExitAndLeavesNoChildren() async throws {
        try await Sandbox.use { sandbox in
            let parent = try sandbox.program(
                "parent", "sleep 1000 9>&- &\necho \"child $!\" >> \"$self.journal\"\n" + Programs.steady)
            try sandbox.configure(
                "  parent: {run: \(parent), heal: {backoff: {base: 100ms, max: 100ms}, verifyAfter: 100ms}}")
            let hale = try await sandbox.start()
            let pid = try await running("parent", sandbox)
            let child = try await eventually("the program has forked") {
                sandbox.lines("parent.0.journal").first { $0.hasPrefix("child") }.flatMap { Int32($0.dropFirst(6)) }
            }
            let keeper = try #require(ProcessTable.entry(pid)).parent
            #expect(ProcessTable.entry(keeper)?.command.contains("hale-keeper keep") == true)
            kill(keeper, SIGKILL)
            try await sandbox.waitFor("parent", "is replaced") {
                $0.state == .healthy && $0.pid != nil && $0.pid != pid
            }
            #expect(!exists(pid))
            #expect(!exists(child))
            try await sandbox.waitForEvent("the keeper is told to be lost") {
                $0.kind == .processExited && $0.message.contains("keeper")
            }
            #expect(!sandbox.lines("parent.0.journal").contains { $0.hasPrefix("second") })
            try await sandbox.finish(hale)
        }
    }

    @Test func keeperKilledWhileHaleIsDeadIsFoundAtTheStart() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let first = try await sandbox.start()
            let pid = try await running("steady", sandbox)
            let keeper = try #require(ProcessTable.entry(pid)).parent
            first.signal(SIGKILL)
            try await first.end()
            kill(keeper, SIGKILL)
            try await eventually("the keeper is gone") { !exists(keeper) }
            let second = try await sandbox.start()
            try await sandbox.waitFor("steady", "is replaced") {
                $0.state == .healthy && $0.pid != nil && $0.pid != pid
            }
            #expect(!exists(pid))
            #expect(!sandbox.lines("steady.0.journal").contains { $0.hasPrefix("second") })
            try await sandbox.finish(second)
        }
    }

    @Test func sleepOfHaleIsNotTakenForTroubleOfOthers() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            try sandbox.configure(
                """
                  steady: {run: \(try sandbox.program("steady", Programs.steady))}
                  service: {check: {tcp: "127.0.0.1:\(port.number)"}}
                """)
            let hale = try await sandbox.start()
            let pid = try await running("steady", sandbox)
            try await sandbox.waitFor("service", "is healthy") { $0.state == .healthy }
            let before = try await sandbox.events().last?.id
            hale.signal(SIGSTOP)
            // The time itself is the input: longer than a tick may be late.
            try await Task.sleep(for: .seconds(4))
            hale.signal(SIGCONT)
            let total = try await sandbox.component("service").checksTotal
            try await sandbox.waitFor("service", "is checked again") { $0.checksTotal > total + 1 }
            let states = try await sandbox.events().drop { $0.id != before }.dropFirst().filter {
                $0.kind == .stateChanged
            }
            #expect(states.isEmpty)
            #expect(try await running("steady", sandbox) == pid)
            try await sandbox.finish(hale)
        }
    }

    @Test func terminationDuringARemedyLeavesNothingOfIt() async throws {
        try await Sandbox.use { sandbox in
            let remedy = try sandbox.write("endless.sh", "echo $$ >> \"$1\"\nsleep 1000\n")
            try sandbox.configure(
                """
                  service:
                    check: {tcp: "127.0.0.1:\(try LocalPort.free())"}
                    heal:
                      command: [/usr/bin/env, HALE_E2E=\(sandbox.marker), /bin/sh, \(remedy), \(sandbox.directory.path)/pids]
                      timeout: 1h
                """)
            let first = try await sandbox.start()
            let pid = try await eventually("the remedy runs") { sandbox.lines("pids").first.flatMap { Int32($0) } }
            first.signal(SIGTERM)
            #expect(try await first.end() == .code(0))
            try await eventually("all that it started has ended") {
                !exists(pid) && ProcessTable.belonging(to: sandbox.marker, sandbox.directory.path).isEmpty
            }
            let second = try await sandbox.start()
            try await sandbox.waitForEvent("what became of it") { [.healInterrupted, .healFailed].contains($0.kind) }
            try await sandbox.finish(second)
        }
    }

    @Test func programKilledRunsAgain() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure(
                "  steady: {run: \(try sandbox.program("steady", Programs.steady)), heal: {verifyAfter: 0s}}")
            let hale = try await sandbox.start()
            let pid = try await running("steady", sandbox)
            kill(pid, SIGKILL)
            try await sandbox.waitFor("steady", "runs again") { $0.state == .healthy && $0.pid != nil && $0.pid != pid }
            let exit = try await sandbox.waitForEvent("the exit") { $0.kind == .processExited }
            #expect(exit.message.contains("killed by signal KILL"))
            try await sandbox.finish(hale)
        }
    }
}
