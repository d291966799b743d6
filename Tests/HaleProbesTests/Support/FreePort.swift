import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ports that nobody listens on: below the range from which the kernel takes the ports of clients and of servers that ask
/// for any, so that nothing comes to sit on one between its choice and its use; never the same one twice.
enum FreePort {
    private static let given = Mutex<Set<Int>>([])

    static func next() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: 30_000..<32_700)
            if given.withLock({ $0.insert(port).inserted }), isFree(port) { return port }
        }
        throw NoneLeft()
    }

    struct NoneLeft: Error {}

    /// Bound and never listened on: a program that another test starts at this moment may inherit the socket for a while.
    private static func isFree(_ port: Int) -> Bool {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
