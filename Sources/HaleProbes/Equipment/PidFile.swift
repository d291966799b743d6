#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file with the number of a process in its first line.
enum PidFile {
    enum Content: Hashable, Sendable {
        case pid(Int32)
        case missing
        case malformed
        case unreadable(errno: CInt)
    }

    static func read(_ path: String) -> Content {
        guard let bytes = SmallFile.bytes(path, atMost: 64) else {
            let code = errno
            return code == ENOENT ? .missing : .unreadable(errno: code)
        }
        let line = bytes.prefix { $0 != 0x0A }.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
        guard let pid = Int32(String(decoding: line, as: UTF8.self)), pid > 0 else { return .malformed }
        return .pid(pid)
    }
}
