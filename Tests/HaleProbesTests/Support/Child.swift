import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that a test starts and ends.
///
/// Not Foundation's `Process`: its wait occupies the thread, and a test's tasks have few.
final class Child: Sendable {
    private let pid: pid_t
    var number: pid_t? { isRunning ? pid : nil }
    private let ended = Mutex<CInt?>(nil)

    /// Starts it, found along PATH; its output goes to a file.
    init(_ program: String, _ arguments: [String], output: String) throws {
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The sockets of the tests beside it stay out of the program, or closing them would not end their connections.
        // Closing a number that is not open is no error here, so sockets opened in this moment are met too.
        for descriptor in 3..<CInt(4_096) { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // The threads of tasks block signals, and a program inherits that.
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, program, &actions, &attributes, &arguments, environ)
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
