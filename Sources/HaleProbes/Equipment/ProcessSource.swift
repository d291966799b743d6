import HaleModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the processes are read from: `/proc` of Linux.
enum ProcessSource {
    enum Trouble: Error, Hashable {
        /// This system shows its processes in a way that is not read here.
        case unsupported
        case unreadable(errno: CInt)
    }

    #if os(Linux)
        private static let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        private static let pageBytes = Int(max(1, sysconf(Int32(_SC_PAGESIZE))))

        static func all() throws(Trouble) -> [RunningProcess] {
            guard let folder = opendir("/proc") else { throw .unreadable(errno: errno) }
            defer { closedir(folder) }
            var processes: [RunningProcess] = []
            while let entry = readdir(folder) {
                let pid = withUnsafeBytes(of: entry.pointee.d_name) { name in
                    Int32(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
                }
                // One that ended meanwhile is none.
                if let pid, pid > 0, let process = try? one(pid) { processes.append(process) }
            }
            return processes
        }

        static func one(_ pid: Int32) throws(Trouble) -> RunningProcess? {
            guard let bytes = SmallFile.bytes("/proc/\(pid)/stat", atMost: 1_024) else {
                let code = errno
                if code == ENOENT || code == ESRCH { return nil }
                throw .unreadable(errno: code)
            }
            guard let stat = ProcessStat(bytes), stat.isAlive else { return nil }
            return RunningProcess(
                identity: .init(pid: pid, start: stat.start), name: stat.name, program: program(of: pid),
                residentBytes: stat.residentPages.multipliedReportingOverflow(by: pageBytes).partialValue,
                cpuSeconds: Double(stat.cpuTicks) / ticksPerSecond)
        }

        private static func program(of pid: Int32) -> String? {
            guard let bytes = SmallFile.bytes("/proc/\(pid)/cmdline", atMost: 4_096) else { return nil }
            let path = bytes.prefix { $0 != 0 }
            let name = path.split(separator: UInt8(ascii: "/")).last ?? []
            return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
        }
    #else
        static func all() throws(Trouble) -> [RunningProcess] { throw .unsupported }
        static func one(_ pid: Int32) throws(Trouble) -> RunningProcess? { throw .unsupported }
    #endif
}
