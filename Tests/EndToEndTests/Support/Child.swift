import Foundation
import Glibc
import Synchronization

/// A process that a test started, ended by its exact pid and reaped by nobody else.
final class Child: Sendable {
    enum Exit: Equatable { case code(Int32), signal(Int32) }

    let pid: pid_t
    let output: URL
    private let exit = Mutex<Exit?>(nil)

    struct NotStarted: Error { let program: String, errno: Int32 }

    /// - Parameter output: takes standard output and standard error.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], directory: URL, output: URL,
        append: Bool = true
    ) throws {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions, 1, output.path, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A test runner in the background may ignore SIGINT, which children would inherit.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

        let inDirectory = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory.path, program]
        let words = (inDirectory + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid: pid_t = 0
        let error = posix_spawn(&pid, "/bin/sh", &actions, &attributes, words, variables)
        guard error == 0 else { throw NotStarted(program: program, errno: error) }
        self.pid = pid
        self.output = output
    }

    /// How it ended, if it has.
    var ended: Exit? {
        exit.withLock { exit in
            if exit != nil { return exit }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7f
            exit = signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
            return exit
        }
    }

    func signal(_ number: Int32) { if ended == nil { kill(pid, number) } }

    @discardableResult
    func end(within limit: Duration = .seconds(60)) async throws -> Exit {
        try await eventually("process \(pid) ends", within: limit) { ended }
    }

    /// Kills what has not ended and takes its status.
    func dispose() async {
        signal(SIGKILL)
        _ = try? await end()
    }

    var text: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
}
