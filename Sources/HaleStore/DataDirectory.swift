import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The directory that one Hale owns: private to its user, and locked while Hale runs.
package final class DataDirectory: Sendable {
    package let path: String
    private let lock: Int32

    package var database: String { path + "/hale.sqlite" }
    package var socket: String { path + "/hale.sock" }
    package var run: String { path + "/run" }
    package var logs: String { path + "/logs" }
    package var recording: String { path + "/recording" }

    /// Creates what is missing and takes the lock.
    package init(_ path: String) throws(StoreError) {
        self.path = path
        for directory in [path, path + "/run", path + "/logs", path + "/recording"] { try Self.create(directory) }
        let file = path + "/hale.lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError("cannot open \(file): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StoreError(
                "another Hale runs on the data directory \(path); stop it, or give this one its own `data:`")
        }
        lock = descriptor
    }

    deinit { close(lock) }

    private static func create(_ directory: String) throws(StoreError) {
        if mkdir(directory, 0o700) == 0 { return }
        if errno == ENOENT, let slash = directory.lastIndex(of: "/"), slash != directory.startIndex {
            try create(String(directory[..<slash]))
            if mkdir(directory, 0o700) == 0 { return }
        }
        let reason = String(cString: strerror(errno))
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue
        else {
            throw StoreError("cannot create the data directory \(directory): \(reason)")
        }
    }
}
