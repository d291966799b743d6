import ArgumentParser

/// How commands that talk to the daemon end when they can't do what they were asked: one line, and an exit code.
enum CommandFailure {
    /// No daemon, or it knows nothing of it: the "unknown" of monitoring plugins.
    static let unknown = ExitCode(3)
    /// The daemon refused.
    static let refused = ExitCode(1)

    /// - Parameter refusal: how to end when Hale says no.
    static func telling<Result>(
        refusal: ExitCode = CommandFailure.refused, _ work: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await work()
        } catch let error as ExitCode {
            throw refusal == unknown ? unknown : error
        } catch let error as DaemonClient.Refused {
            Terminal.complain("hale: \(Terminal.safe(error.description))")
            throw refusal
        } catch {
            Terminal.complain("hale: \(error)")
            throw unknown
        }
    }
}
