import HaleModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Starts a guard with its command.
///
/// By hand, because Hale must be able to run out of descriptors here and live on.
enum GuardSpawn {
    struct Started: Hashable, Sendable {
        var pid: pid_t
        /// Where the command's output, and what it says of errors, is read.
        var output: CInt
        var errors: CInt
    }

    struct Trouble: Error, Hashable {
        var errno: CInt
    }

    /// About 24 days, the most that the guard can wait.
    private static let longest = Int64(Int32.max)

    /// Takes about a millisecond. The caller owns the descriptors and reaps the process.
    static func start(_ commandGuard: CommandGuard, _ plan: CommandCheckPlan, timeoutMilliseconds: Int64)
        throws(Trouble) -> Started
    {
        let output = try PipeEnds()
        let errors: PipeEnds
        do throws(Trouble) {
            errors = try PipeEnds()
        } catch {
            output.closeBoth()
            throw error
        }
        let time = String(timeoutMilliseconds.clamped(to: 1...longest))
        let options = ["once", "--timeout-ms", time, "--directory", plan.directory, "--"]
        var pid: pid_t = 0
        let code = spawn(
            &pid, [commandGuard.keeper] + options + plan.command, commandGuard.variables(plan.environment),
            output.write, errors.write)
        close(output.write)
        close(errors.write)
        guard code == 0 else {
            close(output.read)
            close(errors.read)
            throw Trouble(errno: code)
        }
        return Started(pid: pid, output: output.read, errors: errors.read)
    }

    private static func spawn(
        _ pid: inout pid_t, _ words: [String], _ variables: [String: String], _ output: CInt, _ errors: CInt
    ) -> CInt {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // Threads of the runtime block signals, and a program would inherit that.
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = words.map { strdup($0) } + [nil]
        var environment = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        return posix_spawn(&pid, words[0], &actions, &attributes, &arguments, &environment)
    }

    static func finding(_ error: any Error) -> Finding {
        guard let trouble = error as? Trouble else { return .connecting(error) }
        let finding = Finding.system(trouble.errno, during: "starting hale-keeper")
        return finding.status == nil ? finding : .inconclusive(.resources, "\(finding.message)")
    }
}

/// A pipe that no program inherits but by name.
private struct PipeEnds {
    let read: CInt
    let write: CInt

    init() throws(GuardSpawn.Trouble) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .init(errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        read = ends[0]
        write = ends[1]
    }

    func closeBoth() {
        close(read)
        close(write)
    }
}
