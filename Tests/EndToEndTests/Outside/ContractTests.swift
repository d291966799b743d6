import Foundation
import HaleModel
import Testing

/// The description of the interface is true: what the real daemon answers is in it, and its examples work.
@Suite struct ContractTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func withDaemon(_ body: (Sandbox) async throws -> Void) async throws {
        try await Sandbox.withDaemon { sandbox, port in
            try sandbox.configureOperated(
                """
                  web:
                    labels: {team: web}
                    check: {tcp: "127.0.0.1:\(port.number)"}
                    run: \(try sandbox.program("web", "echo begins\n" + Programs.steady))
                  down: {check: {tcp: "127.0.0.1:\(try LocalPort.free())"}, heal: {command: [/bin/true], limit: 1/h}}
                """)
        } _: { sandbox, _, _ in
            try await sandbox.waitFor("web", "is healthy") { $0.state == .healthy }
            try await body(sandbox)
        }
    }

    @Test func everyExampleWorksAndIsAnsweredAsDescribed() async throws {
        try await withDaemon { sandbox in
            let script = Self.root.appendingPathComponent("Tests/contract/examples.py").path
            let child = try Child(
                "/usr/bin/env", ["python3", script, "http://127.0.0.1:\(sandbox.port)", Sandbox.operatorToken],
                environment: sandbox.environment(), directory: sandbox.directory,
                output: sandbox.directory.appendingPathComponent("examples"))
            #expect(try await child.end() == .code(0), "\(child.text)")
        }
    }

    /// Answers to what nobody thought of: never a server error, never one that the description does not have.
    @Test func strangersRequestsAreAnsweredAsDescribed() async throws {
        try await withDaemon { sandbox in
            let script = Self.root.appendingPathComponent("Tests/contract/strangers").path
            let child = try Child(
                script, ["http://127.0.0.1:\(sandbox.port)", Sandbox.operatorToken], environment: sandbox.environment(),
                directory: sandbox.directory, output: sandbox.directory.appendingPathComponent("strangers"))
            #expect(try await child.end(within: .seconds(600)) == .code(0), "\(child.text.suffix(8_000))")
            #expect(try await sandbox.peer.request("GET", "/health").status == 200)
        }
    }
}
