import Foundation
import Glibc
import HaleModel
import Testing

/// What people and scripts see of `hale`: its words and its exit codes.
@Suite struct CommandLineTests {
    @Test func withoutADaemonEveryCommandSaysSo() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: [/bin/sleep, \"1000\"]}")
            for arguments in [
                ["status"], ["events"], ["explain", "steady"], ["heal", "steady"], ["stop", "steady"], ["shutdown"],
            ] {
                let child = try sandbox.spawn(arguments, output: "none-\(arguments[0])")
                #expect(try await child.end() == .code(3), "\(arguments)")
                #expect(child.text.contains("no Hale answers"), "\(arguments): \(child.text)")
                #expect(child.text.split(separator: "\n").count == 1, "\(arguments): \(child.text)")
            }
        }
    }

    @Test func everyMistakeIsToldWithItsPlace() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.write(
                "hale.yaml",
                """
                components:
                  api:
                    chek: {tcp: 127.0.0.1:1}
                  db:
                    check: {tcp: 127.0.0.1:99999}
                  web:
                    check: {http: "http://127.0.0.1:1/", interval: soon}
                    dependsOn: [nobody]

                """)
            for command in ["validate", "run"] {
                let result = try await sandbox.cli(command)
                #expect(result.code == 78, "\(result)")
                for place in ["hale.yaml:3:5", "hale.yaml:5:", "hale.yaml:7:", "hale.yaml:8:"] {
                    #expect(result.text.contains(place), "\(place) in \(result)")
                }
                #expect(result.text.contains("check"), "\(result)")
            }
            #expect(!FileManager.default.fileExists(atPath: sandbox.dataDirectory.path))
        }
    }

    @Test func goodConfigurationIsSaidToBe() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: [/bin/sleep, \"1000\"]}")
            let result = try await sandbox.cli("validate")
            #expect(result.code == 0, "\(result)")
            let missing = try await sandbox.cli("validate", "-c", "nowhere.yaml")
            #expect(missing.code == 78 && missing.text.contains("nowhere.yaml"), "\(missing)")
        }
    }

    @Test func statusTellsTheWorstByItsExitCode() async throws {
        try await Sandbox.use { sandbox in
            var service: LocalPort? = try LocalPort.listening(try LocalPort.free())
            let port = try #require(service).number
            // Starting for long enough to be seen: degraded.
            try sandbox.configure(
                """
                  service: {check: {tcp: "127.0.0.1:\(port)"}}
                  slow: {check: {tcp: "127.0.0.1:\(try LocalPort.free())", startPeriod: 1h}}
                """)
            let hale = try await sandbox.start()
            try await sandbox.waitFor("service", "is healthy") { $0.state == .healthy }
            try await sandbox.waitFor("slow", "is starting") { $0.state == .starting }
            #expect(try await sandbox.cli("status", "service").code == 0)
            #expect(try await sandbox.cli("status", "slow").code == 1)
            #expect(try await sandbox.cli("status").code == 1)
            service = nil
            try await sandbox.waitFor("service", "is down") { $0.state == .down }
            let all = try await sandbox.cli("status")
            #expect(all.code == 2 && all.text.contains("service") && all.text.contains("down"), "\(all)")
            let document = try await sandbox.cli("status", "--json")
            #expect(document.code == 2)
            #expect((try? JSONSerialization.jsonObject(with: Data(document.text.utf8))) != nil)

            let unknown = try await sandbox.cli("status", "nobody")
            #expect(unknown.code != 0 && unknown.text == "hale: there is no component 'nobody'\n", "\(unknown)")
            let wrong = try await sandbox.cli("status", "no/body")
            #expect(wrong.code != 0 && wrong.text.contains("not a component id"), "\(wrong)")
            try await sandbox.finish(hale)
        }
    }

    @Test func explainNamesTheRuleAndWhatIsNext() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  service: {check: {tcp: \"127.0.0.1:\(try LocalPort.free())\"}}")
            let hale = try await sandbox.start()
            try await sandbox.waitFor("service", "is down") { $0.state == .down }
            let result = try await sandbox.cli("explain", "service")
            #expect(result.code == 0)
            for part in ["service is", "down", "refused", "what happens next", "check tcp"] {
                #expect(result.text.contains(part), "\(part) in \(result)")
            }
            #expect(result.text.contains("S1") || result.text.contains("C2"))
            try await sandbox.finish(hale)
        }
    }

    @Test func checkOfAnAddressNeedsNoDaemon() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            let good = try await sandbox.cli("check", "tcp://127.0.0.1:\(port.number)")
            #expect(good.code == 0 && good.text.contains("healthy"), "\(good)")
            let refused = try await sandbox.cli("check", "http://127.0.0.1:\(try LocalPort.free())/health")
            #expect(refused.code == 2 && refused.text.contains("refused"), "\(refused)")
            let wrong = try await sandbox.cli("check", "gopher://127.0.0.1")
            #expect(wrong.code != 0 && wrong.text.contains("gopher"), "\(wrong)")
            withExtendedLifetime(port) {}
        }
    }

    @Test func checkAsksTheDaemonOrRunsFromHere() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            try sandbox.configure("  service: {check: {tcp: \"127.0.0.1:\(port.number)\"}}")
            let alone = try await sandbox.cli("check", "service")
            #expect(alone.code == 0 && alone.text.contains("no Hale runs"), "\(alone)")
            let hale = try await sandbox.start()
            let asked = try await sandbox.cli("check", "service")
            #expect(asked.code == 0 && !asked.text.contains("no Hale runs"), "\(asked)")
            try await sandbox.finish(hale)
            withExtendedLifetime(port) {}
        }
    }

    @Test func logsShowWhatAProgramSaid() async throws {
        try await Sandbox.use { sandbox in
            let talker = try sandbox.program(
                "talker", "for i in 1 2 3 4 5; do echo \"word $i\"; done\n" + Programs.steady)
            try sandbox.configure(
                "  talker: {run: \(talker)}\n  quiet: {run: \(try sandbox.program("quiet", Programs.steady))}")
            let hale = try await sandbox.start()
            try await eventually("the words are there") {
                try await sandbox.cli("logs", "talker").text.contains("word 5")
            }
            let last = try await sandbox.cli("logs", "-n", "2", "talker")
            #expect(last.code == 0 && last.text == "word 4\nword 5\n", "\(last)")
            let unknown = try await sandbox.cli("logs", "nobody")
            #expect(unknown.code == 1 && unknown.text.contains("no component 'nobody'"), "\(unknown)")
            try await sandbox.finish(hale)
            #expect(try await sandbox.cli("logs", "-n", "1", "talker").text == "word 5\n")
        }
    }

    @Test func stopAndStartAreOrders() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let hale = try await sandbox.start()
            let pid = try await sandbox.waitFor("steady", "runs") { $0.state == .healthy && $0.pid != nil }.pid
            #expect(try await sandbox.cli("stop", "steady").code == 0)
            try await sandbox.waitFor("steady", "is stopped") { $0.tags.contains(.stopped) && $0.pid == nil }
            let again = try await sandbox.cli("stop", "steady")
            #expect(again.code == 1 && again.text.contains("already stopped"), "\(again)")
            #expect(try await sandbox.cli("start", "steady").code == 0)
            try await sandbox.waitFor("steady", "runs again") { $0.state == .healthy && $0.pid != nil && $0.pid != pid }
            #expect(try await sandbox.cli("heal", "nobody").code == 1)
            try await sandbox.finish(hale)
        }
    }

    @Test func secondHaleOnTheSameDataRefuses() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let hale = try await sandbox.start()
            let second = try await sandbox.cli("run")
            #expect(second.code == 1 && second.text.contains("another Hale runs on the data directory"), "\(second)")
            try await sandbox.waitFor("steady", "is left alone") { $0.state == .healthy }
            try await sandbox.finish(hale)
        }
    }

    @Test func takenPortIsToldAndNothingIsStarted() async throws {
        try await Sandbox.use { sandbox in
            let taken = try LocalPort.listening(sandbox.port)
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let result = try await sandbox.cli("run")
            #expect(result.code == 1 && result.text.contains("\(sandbox.port)"), "\(result)")
            #expect(sandbox.lines("steady.0.journal").isEmpty)
            withExtendedLifetime(taken) {}
        }
    }

    @Test func shutdownLeavesProgramsAndWithProgramsEndsThem() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let first = try await sandbox.start()
            let pid = try await sandbox.waitFor("steady", "runs") { $0.state == .healthy && $0.pid != nil }.pid
            #expect(try await sandbox.cli("shutdown").code == 0)
            #expect(try await first.end() == .code(0))
            #expect(ProcessTable.entry(try #require(pid)) != nil)
            let second = try await sandbox.start()
            #expect(try await sandbox.waitFor("steady", "is adopted") { $0.state == .healthy }.pid == pid)
            try await sandbox.finish(second)
            #expect(ProcessTable.entry(try #require(pid)) == nil)
        }
    }
}
