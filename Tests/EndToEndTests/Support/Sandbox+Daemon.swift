import Foundation
import HaleModel

extension Sandbox {
    /// The token of an operator, in configurations of `configureOperated`.
    static let operatorToken = "an-operator-of-the-tests"

    /// A real daemon beside a port at which something listens, for as long as the body runs.
    static func withDaemon(
        _ configure: (Sandbox, LocalPort) throws -> Void,
        _ body: (Sandbox, Child, LocalPort) async throws -> Void
    ) async throws {
        try await use { sandbox in
            let port = try LocalPort.listening(try LocalPort.free())
            try configure(sandbox, port)
            let hale = try await sandbox.start()
            try await body(sandbox, hale, port)
            try await sandbox.finish(hale)
            withExtendedLifetime(port) {}
        }
    }

    /// A configuration with these components, and a token with every right.
    func configureOperated(_ components: String) throws {
        let token = "{name: test, role: operate, token: \(Self.operatorToken)}"
        try write(
            "hale.yaml",
            """
            server: {bind: "127.0.0.1:\(port)", tokens: [\(token)]}
            data: ./data
            defaults: \(Self.quickChecks)
            components:
            \(components)

            """)
    }
}
