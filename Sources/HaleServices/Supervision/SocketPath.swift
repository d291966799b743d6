#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A path that fits into a socket address (108 bytes on Linux, 104 elsewhere). Longer ones are reached, on Linux, through
/// a descriptor of their directory.
final class SocketPath: Sendable {
    let path: String
    private let directory: Int32?

    struct TooLong: Error, CustomStringConvertible {
        let path: String
        var description: String {
            "the path of the socket \(path) is longer than a socket address allows; use a shorter `data:`"
        }
    }

    init(_ full: String) throws {
        if full.utf8.count < 100 {
            path = full
            directory = nil
            return
        }
        #if os(Linux)
            guard let slash = full.lastIndex(of: "/") else { throw TooLong(path: full) }
            let descriptor = open(String(full[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw TooLong(path: full) }
            directory = descriptor
            path = "/proc/self/fd/\(descriptor)\(full[slash...])"
        #else
            throw TooLong(path: full)
        #endif
    }

    deinit {
        if let directory { close(directory) }
    }
}
