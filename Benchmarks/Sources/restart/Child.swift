#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A process that is waited for by its pid. Foundation's `Process` waits for whatever its child left running, too.
struct Child {
    let pid: pid_t

    init(_ words: [String]) {
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, words[0], nil, nil, &arguments, environ)
        guard code == 0 else { fatalError("cannot start \(words[0]): \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    func wait() {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    func end() {
        kill(pid, SIGKILL)
        wait()
    }
}
