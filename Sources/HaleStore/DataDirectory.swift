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

    /// Creates what is missing and takes the lock.
    package init(_ path: String) throws(StoreError) {
        self.path = path
        do {
            for directory in [path, path + "/run", path + "/logs"] {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw StoreError("cannot create the data directory \(path): \(error.localizedDescription)")
        }
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
}
