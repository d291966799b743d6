import HaleModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tells the service manager how Hale is, by the protocol of sd_notify(3): ready, alive, stopping.
struct ServiceNotifier: Sendable {
    /// What the service manager gives to Hale, and not to the programs of Hale.
    static let variables: Set<String> = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

    private let path: String
    /// Within this time Hale has to say that it lives; `nil` where nobody wants to know.
    private let watchdog: TimeSpan?

    /// `nil` where no service manager listens.
    init?(environment: [String: String]) {
        guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"),
            path.utf8.count < 108
        else { return nil }
        self.path = path
        let isMeant = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        watchdog = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap {
            isMeant && (1_000...3_600_000_000).contains($0) ? TimeSpan.microseconds($0) : nil
        }
    }

    /// Says that Hale is ready, and that it lives as long as it does, until cancelled.
    func run(stall: () -> TimeSpan?) async {
        send("READY=1")
        while let watchdog, !Task.isCancelled {
            if stall() == nil { send("WATCHDOG=1") }
            do { try await Task.sleep(for: (watchdog / 3).duration) } catch { return }
        }
    }

    func stopping() { send("STOPPING=1") }

    /// Nobody has to listen: what can't be delivered is dropped.
    private func send(_ text: String) {
        #if canImport(Glibc)
            let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        #else
            let kind = SOCK_DGRAM
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A name that begins with @ is an abstract one, which has a zero there.
        let name = path.hasPrefix("@") ? [0] + Array(path.utf8.dropFirst()) : Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + name.count)
        let bytes = Array(text.utf8)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, length)
            }
        }
    }
}
