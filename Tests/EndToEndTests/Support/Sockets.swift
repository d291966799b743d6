import Foundation
import Glibc
import Synchronization

enum SocketError: Error { case failed(String, Int32), ended, slow }

/// A port that was free a moment ago, and one that listens without ever accepting: enough for a `tcp` check.
final class LocalPort: Sendable {
    let number: UInt16
    private let descriptor: Int32

    private init(number: UInt16, descriptor: Int32) {
        self.number = number
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Below the range from which the kernel takes the ports of clients, so that no check connects to itself; never the
    /// same one twice.
    static func free() throws -> UInt16 {
        for _ in 0..<1_000 {
            let number = UInt16.random(in: 12_000..<30_000)
            guard given.withLock({ $0.insert(number).inserted }) else { continue }
            if (try? bound(number)) != nil { return number }
        }
        throw SocketError.failed("no free port", 0)
    }

    private static let given = Mutex<Set<UInt16>>([])

    static func listening(_ number: UInt16) throws -> LocalPort {
        let port = try bound(number)
        guard listen(port.descriptor, 4_096) == 0 else { throw SocketError.failed("listen", errno) }
        return port
    }

    private static func bound(_ number: UInt16) throws -> LocalPort {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        var address = loopback(number)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                let result = bind(descriptor, pointer, length)
                return result == 0 ? getsockname(descriptor, pointer, &length) : result
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw SocketError.failed("bind \(number)", errno)
        }
        return LocalPort(number: UInt16(bigEndian: address.sin_port), descriptor: descriptor)
    }
}

private func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
}

/// A connection that blocks, with a limit on each wait; used away from the cooperative threads.
final class Connection {
    private let descriptor: Int32

    /// - Parameter patience: how many seconds a read may take.
    init(port: UInt16, patience: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try prepare(result, patience: patience)
    }

    init(socketPath: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8.prefix($0.count - 1)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try prepare(result)
    }

    deinit { close(descriptor) }

    private func prepare(_ result: Int32, patience: Int = 10) throws {
        guard result == 0 else { throw SocketError.failed("connect", errno) }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw SocketError.failed("send", errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Some bytes; `nil` at the end.
    func read() throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count == 0 { return nil }
        guard count > 0 else { throw errno == EAGAIN ? SocketError.slow : SocketError.failed("recv", errno) }
        return Array(buffer[..<count])
    }
}

/// Runs what blocks on a thread of its own.
func offload<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}
