import Foundation
import HaleModel
import Testing

/// What a person can tell Hale from a terminal.
@Suite struct OperatorTests {
    @Test func pausingMaintenanceAndResuming() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            try sandbox.configure("  service: {check: {tcp: \"127.0.0.1:\(port.number)\"}}")
            let hale = try await sandbox.start()
            try await sandbox.waitFor("service", "is healthy") { $0.state == .healthy }

            #expect(try await sandbox.cli("pause", "service").code == 0)
            try await sandbox.waitFor("service", "is paused") { $0.tags.contains(.paused) }
            #expect(try await sandbox.cli("status").text.contains("service [paused]"))
            #expect(try await sandbox.cli("resume", "service").code == 0)
            try await sandbox.waitFor("service", "is not paused") { !$0.tags.contains(.paused) }

            let maintenance = try await sandbox.cli("maintenance", "service", "--for", "2h", "--json")
            #expect(maintenance.code == 0 && maintenance.text.contains("\"message\""), "\(maintenance)")
            try await sandbox.waitFor("service", "is under maintenance") { $0.tags.contains(.maintenance) }
            #expect(try await sandbox.cli("resume", "service").code == 0)

            for order in [
                ["silence", "service", "--for", "1h"], ["reset", "service"],
                ["breakers", "reset", "service", "--check", "tcp"],
            ] {
                let child = try sandbox.spawn(order, output: order.joined(separator: "-"))
                #expect(try await child.end() == .code(0), "\(order): \(child.text)")
            }
            let breakers = try await sandbox.cli("breakers")
            #expect(breakers.code == 0 && breakers.text.contains("closed"), "\(breakers)")
            let json = try await sandbox.cli("breakers", "--json")
            #expect(json.text.contains("\"component_id\":\"service\""), "\(json)")
            try await sandbox.finish(hale)
            withExtendedLifetime(port) {}
        }
    }

    @Test func wrongOrdersAreRefusedInOneLine() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure("  service: {check: {tcp: \"127.0.0.1:\(try LocalPort.free())\"}}")
            let hale = try await sandbox.start()
            for order in ["pause", "resume", "reset", "ack", "maintenance", "breakers reset", "silence --for 1h"] {
                let words = order.split(separator: " ").map(String.init)
                let child = try sandbox.spawn(words + ["nobody"], output: "wrong-\(words[0])")
                #expect(try await child.end() == .code(1), "\(order): \(child.text)")
                #expect(child.text == "hale: there is no component 'nobody'\n", "\(order): \(child.text)")
            }
            let endless = try await sandbox.cli("silence", "service")
            #expect(endless.code == 64 && endless.text.contains("--for"), "\(endless)")
            let vague = try await sandbox.cli("maintenance", "service", "--for", "long")
            #expect(vague.code == 64 && vague.text.contains("such as 30m"), "\(vague)")
            let answer = try await sandbox.socket.request(
                "POST", "/api/v1/healing/silences", body: "{\"component\": \"service\", \"fro\": \"1h\"}")
            #expect(answer.status == 400 && answer.text.contains("fro"), "\(answer.text)")
            try await sandbox.finish(hale)
        }
    }

    @Test func observingTouchesNothing() async throws {
        try await Sandbox.use { sandbox in
            try sandbox.configure(
                """
                  service:
                    check: {tcp: "127.0.0.1:\(try LocalPort.free())"}
                    heal: {command: [/bin/sh, -c, "touch \(sandbox.directory.path)/touched"]}
                """)
            let hale = try sandbox.spawn(["run", "--observe"], output: "hale.log")
            try await sandbox.untilReady(hale)
            try await sandbox.waitForEvent("the remedy is not run") {
                $0.kind == .healSuppressed && $0.details["reason"] == "observe"
            }
            #expect(!FileManager.default.fileExists(atPath: sandbox.directory.path + "/touched"))
            try await sandbox.finish(hale)
        }
    }

    @Test func aFirstConfigurationIsValidAndNeverOverwritten() async throws {
        try await Sandbox.use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            let first = try await sandbox.cli("init")
            #expect(first.code == 0, "\(first)")
            #expect(sandbox.text("hale.yaml").contains("127.0.0.1:\(port.number)"))
            #expect(try await sandbox.cli("validate").code == 0)
            try sandbox.write("hale.yaml", "components: {a: {chek: 1}}")
            let mistakes = try await sandbox.cli("validate", "--json")
            #expect(mistakes.code == 78, "\(mistakes)")
            for part in ["\"line\":1", "\"column\":18", "\"path\":\"components.a\"", "did you mean 'check'?"] {
                #expect(mistakes.text.contains(part), "\(part) in \(mistakes)")
            }
            try sandbox.write("hale.yaml", "mine")
            let second = try await sandbox.cli("init")
            #expect(second.code == 1 && second.text.contains("is there already"), "\(second)")
            #expect(sandbox.text("hale.yaml") == "mine")
            let schema = try await sandbox.cli("schema")
            #expect(schema.code == 0)
            #expect((try? JSONSerialization.jsonObject(with: Data(schema.text.utf8))) != nil)
            withExtendedLifetime(port) {}
        }
    }
}
