import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where victims say that they run.
final class Inlet {
    struct Start {
        /// Nanoseconds on the monotonic clock.
        var at: Int64
        var pid: pid_t
    }

    let path: String
    private let descriptor: Int32

    init(_ path: String) {
        self.path = path
        #if canImport(Glibc)
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        #else
            descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        unlink(path)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { fatalError("cannot bind \(path): \(String(cString: strerror(errno)))") }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The next start; `nil` after 20 s without one.
    func next() -> Start? {
        var message: (Int64, Int64) = (0, 0)
        let count = withUnsafeMutableBytes(of: &message) { recv(descriptor, $0.baseAddress, $0.count, 0) }
        return count == 16 ? Start(at: message.0, pid: pid_t(message.1)) : nil
    }

    deinit {
        close(descriptor)
        unlink(path)
    }
}

func monotonic() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
