import ArgumentParser

/// How commands that talk to the daemon end when they can't do what they were asked: one line, and an exit code.
enum CommandFailure {
    /// No daemon, or it knows nothing of it: the "unknown" of monitoring plugins.
    static let unknown = ExitCode(3)
    /// The daemon refused.
    static let refused = ExitCode(1)

    static func telling<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as ExitCode {
            throw error
        } catch let error as DaemonClient.Refused {
            Terminal.complain("hale: \(Terminal.safe(error.description))")
            throw refused
        } catch {
            Terminal.complain("hale: \(error)")
            throw unknown
        }
    }
}
