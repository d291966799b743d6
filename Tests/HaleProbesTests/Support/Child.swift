#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization
import Testing

/// A program that a test starts and ends.
///
/// Not Foundation's `Process`: its wait occupies the thread, and a test's tasks have few.
final class Child: Sendable {
    private let pid: pid_t
    private let ended = Mutex<CInt?>(nil)

    /// Starts it, found along PATH; its output goes to a file.
    init(_ program: String, _ arguments: [String], output: String) throws {
        #if canImport(Glibc)
        var actions = posix_spawn_file_actions_t()
        #else
        var actions: posix_spawn_file_actions_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var arguments = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, program, &actions, nil, &arguments, environ)
        try #require(code == 0, "\(program) was not started: \(String(cString: strerror(code)))")
        self.pid = pid
    }

    var isRunning: Bool {
        ended.withLock { ended in
            guard ended == nil else { return false }
            var status: CInt = 0
            if waitpid(pid, &status, WNOHANG) == pid { ended = status }
            return ended == nil
        }
    }

    /// The exit status; not 0 after a signal.
    func status() async throws -> CInt {
        while isRunning { try await Task.sleep(for: .milliseconds(5)) }
        return ended.withLock { $0 ?? -1 }
    }

    func terminate() async throws {
        if isRunning { kill(pid, SIGTERM) }
        _ = try await status()
    }
}
