import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A small file that is there whole or not at all, also after the loss of power; for its owner alone, who is that of the
/// directory when root writes it.
enum DurableFile {
    /// Why the last call of this thread failed.
    static var reason: String { String(cString: strerror(errno)) }

    /// `false` where it could not be written; `errno` says why.
    static func write(_ data: Data, to path: String) -> Bool {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        guard giveAway(descriptor, in: path) else { return abandon(descriptor, temporary) }
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeBytes(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return abandon(descriptor, temporary) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { return abandon(descriptor, temporary) }
        close(descriptor)
        guard rename(temporary, path) == 0 else { return false }
        let directory = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        if directory >= 0 {
            fsync(directory)
            close(directory)
        }
        return true
    }

    /// Root writes for the account that Hale runs under.
    static func giveAway(_ descriptor: Int32, in path: String) -> Bool {
        var directory = stat()
        guard geteuid() == 0, stat(URL(fileURLWithPath: path).deletingLastPathComponent().path, &directory) == 0 else {
            return true
        }
        return fchown(descriptor, directory.st_uid, directory.st_gid) == 0
    }

    private static func abandon(_ descriptor: Int32, _ temporary: String) -> Bool {
        let reason = errno
        close(descriptor)
        unlink(temporary)
        errno = reason
        return false
    }
}

/// The system's call, whose name a method of the type above has taken.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
