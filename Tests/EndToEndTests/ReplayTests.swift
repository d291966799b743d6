import Foundation
import Glibc
import HaleModel
import Testing

/// What a real daemon recorded is decided again, and by other policies, too.
@Suite struct ReplayTests {
    private struct Replayed: Decodable {
        struct Difference: Decodable { var what: String }
        struct Comparison: Decodable {
            struct Tally: Decodable {
                var attempts: Int
                var losses: Int
            }
            struct Component: Decodable {
                var id: String
                var recorded: Tally
                var other: Tally
            }
            var components: [Component]
        }

        var inputs: Int
        var decisions: Int
        var files: Int
        var restarts: Int
        var tornBytes: Int
        var reproduced: Bool
        var difference: Difference?
        var comparison: Comparison?
    }

    private func replay(_ sandbox: Sandbox, _ arguments: [String] = []) async throws -> (Int32, Replayed) {
        let child = try sandbox.spawn(["replay", "--json"] + arguments, output: "replay-\(UUID().uuidString)")
        guard case .code(let code) = try await child.end() else { throw SocketError.ended }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return (code, try decoder.decode(Replayed.self, from: Data(child.text.utf8)))
        } catch {
            Issue.record("\(child.text)")
            throw error
        }
    }

    /// A command that a killed Hale had begun may run until its `timeout`, and no other one before that.
    private func service(_ port: UInt16, _ sandbox: Sandbox, heal: Bool = true) throws -> String {
        let remedy = try sandbox.write("remedy.sh", Programs.remedy)
        let command =
            "[/usr/bin/env, HALE_E2E=\(sandbox.marker), /bin/sh, \(remedy), \(sandbox.directory.path)/remedies]"
        let policy = """
            heal: {command: \(command), timeout: 2s, retries: 1000, limit: 1000/h, cooldown: 0s, verifyAfter: 100ms,
                       backoff: {base: 100ms, factor: 1, max: 100ms}}

            """
        return """
              service:
                check: {tcp: "127.0.0.1:\(port)", interval: 1s, startPeriod: 1s, breaker: {failures: 100}}
                \(heal ? policy : "")
            """
    }

    /// Programs that crash, a service that fails, a reload, a kill and a new life.
    private func night(_ sandbox: Sandbox) async throws -> (hale: Child, port: UInt16) {
        let port = try LocalPort.free()
        let quick = "heal: {backoff: {base: 100ms, max: 200ms}, verifyAfter: 100ms}"
        let crasher = "  crasher: {run: \(try sandbox.program("crasher", Programs.crasher)), \(quick)}\n"
        let steady = "  steady: {run: \(try sandbox.program("steady", Programs.steady)), \(quick)}\n"
        try sandbox.configure(crasher + (try service(port, sandbox)))
        let hale = try await sandbox.start()
        try await sandbox.waitForEvent("the crasher is restarted") {
            $0.kind == .healStarted && $0.componentId == "crasher"
        }
        try await sandbox.waitForEvent("the service is healed") {
            $0.kind == .healStarted && $0.componentId == "service"
        }
        try sandbox.configure(steady + crasher + (try service(port, sandbox)))
        #expect(try await sandbox.cli("reload").code == 0)
        try await sandbox.waitFor("steady", "runs") { $0.state == .healthy && $0.pid != nil }
        hale.signal(SIGKILL)
        #expect(try await hale.end() == .signal(SIGKILL))
        let next = try await sandbox.start()
        let last = try #require(try await sandbox.events().last).id
        try await sandbox.waitForEvent("the service is healed again") {
            $0.kind == .healStarted && $0.componentId == "service" && UInt64($0.id)! > UInt64(last)!
        }
        return (next, port)
    }

    @Test func aNightIsDecidedAgain() async throws {
        try await Sandbox.use { sandbox in
            let (hale, _) = try await night(sandbox)
            // While it is still being written, too.
            let (code, document) = try await replay(sandbox)
            #expect(code == 0 && document.reproduced, "\(document)")
            try await sandbox.finish(hale)
            let (finalCode, whole) = try await replay(sandbox)
            #expect(finalCode == 0 && whole.reproduced, "\(whole)")
            #expect(whole.files == 2 && whole.restarts == 1)
            #expect(whole.inputs >= document.inputs && whole.inputs > 50 && whole.decisions > 50)
            let text = try await sandbox.cli("replay", "--since", "1h")
            #expect(text.code == 0 && text.text.contains("reproduced, byte for byte"), "\(text)")
            let first = try await sandbox.cli("replay", "data/recording/00000001.rec")
            #expect(first.code == 0 && first.text.contains("1 file, 0 restarts"), "\(first)")
        }
    }

    @Test func anotherPolicyShowsTheDifference() async throws {
        try await Sandbox.use { sandbox in
            let (hale, port) = try await night(sandbox)
            try await sandbox.finish(hale)
            let crasher = "  crasher: {run: \(try sandbox.program("crasher", Programs.crasher))}\n"
            try sandbox.configure(crasher + (try service(port, sandbox, heal: false)))
            let (code, document) = try await replay(sandbox, ["--config", "hale.yaml"])
            #expect(code == 0 && document.reproduced, "\(document)")
            let comparison = try #require(document.comparison)
            let service = try #require(comparison.components.first { $0.id == "service" })
            #expect(service.recorded.attempts >= 2 && service.other.attempts == 0, "\(service)")
            #expect(service.other.losses >= 1, "\(service)")
            let table = try await sandbox.cli("replay", "--config", "hale.yaml")
            #expect(table.code == 0, "\(table)")
            for line in ["\(service.recorded.attempts) → 0", "inputs about steady are left out"] {
                #expect(table.text.contains(line), "\(line) in \(table)")
            }
        }
    }

    @Test func whatCannotBeReplayedIsToldSo() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  steady: {run: \(try sandbox.program("steady", Programs.steady))}")
            let none = try await sandbox.cli("replay")
            #expect(none.code == 2 && none.text.contains("there is no recording"), "\(none)")
            let hale = try await sandbox.start()
            try await sandbox.waitFor("steady", "runs") { $0.state == .healthy }
            try await sandbox.finish(hale)
            let file = sandbox.dataDirectory.appendingPathComponent("recording/00000001.rec")
            let whole = try Data(contentsOf: file)

            try whole.dropLast(3).write(to: file)
            let (code, cut) = try await replay(sandbox)
            #expect(code == 0 && cut.reproduced && cut.tornBytes > 0, "\(cut)")

            var damaged = whole
            damaged[whole.count / 2] ^= 1
            try damaged.write(to: file)
            let result = try await sandbox.cli("replay", "--data", "data")
            #expect(result.code == 2 && result.text.contains("damaged at byte"), "\(result)")

            for arguments in [
                ["--since", "soon"], ["hale.yaml"], ["--data", "nowhere"], ["x.rec", "--data", "data"],
            ] {
                let child = try sandbox.spawn(["replay"] + arguments, output: "bad-\(arguments[0])")
                #expect(try await child.end() == .code(2), "\(arguments): \(child.text)")
            }
            try sandbox.write("bad.yaml", "components: {web: {chek: 1}}")
            let mistaken = try await sandbox.cli("replay", "--config", "bad.yaml")
            #expect(mistaken.code == 78 && mistaken.text.contains("nothing was replayed"), "\(mistaken)")
        }
    }

    @Test func whoWantsNoRecordingHasNone() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.write(
                "hale.yaml",
                """
                server: {bind: 127.0.0.1:\(sandbox.port)}
                data: ./data
                recording: {enabled: false}
                components:
                  steady: {run: \(try sandbox.program("steady", Programs.steady))}

                """)
            let hale = try await sandbox.start()
            try await sandbox.finish(hale)
            let result = try await sandbox.cli("replay")
            #expect(result.code == 2 && result.text.contains("there is no recording in it"), "\(result)")
        }
    }
}
