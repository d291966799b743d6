#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads the beginning of a file.
enum SmallFile {
    /// `nil` with `errno` set when it cannot be read.
    static func bytes(_ path: String, atMost limit: Int) -> [UInt8]? {
        // Never waits for the other end of a named pipe.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
            while initialized < limit {
                count = read(descriptor, buffer.baseAddress! + initialized, limit - initialized)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                initialized += count
            }
        }
        return count < 0 ? nil : bytes
    }
}
