import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Turns names into addresses by the system's resolver.
///
/// `getaddrinfo` can neither be cancelled nor timed out. It runs on threads of its own, so that a broken name delays no
/// other, and each name is looked up once at a time, so that a dead name service is not asked by every run anew.
final class NameResolver: Sendable {
    private let workers: Workers
    private let lookups = Mutex<[String: Lookup]>([:])

    private struct Lookup {
        let ticket = Ticket()
        var waiting: [EventLoopPromise<[SocketAddress]>] = []
    }

    init(workers: Workers) { self.workers = workers }

    /// The addresses of a name, best first, with port 0. Fails with `LookupError`.
    func addresses(of host: String, on eventLoop: any EventLoop) -> (Ticket, EventLoopFuture<[SocketAddress]>) {
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        let (ticket, isFirst) = lookups.withLock { lookups in
            let isFirst = lookups[host] == nil
            lookups[host, default: Lookup()].waiting.append(promise)
            return (lookups[host]!.ticket, isFirst)
        }
        if isFirst {
            let answer = workers.run(ticket, on: eventLoop) { try Self.lookUp(host) }
            answer.whenComplete { result in
                let waiting = self.lookups.withLock { $0.removeValue(forKey: host)?.waiting ?? [] }
                for promise in waiting { promise.completeWith(result) }
            }
        }
        return (ticket, promise.futureResult)
    }

    private static func lookUp(_ host: String) throws -> [SocketAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { throw LookupError(code: code, errno: errno) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            let raw = UnsafeRawPointer(address)
            switch entry.ai_family {
            case AF_INET: addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in.self), host: host))
            case AF_INET6: addresses.append(SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self), host: host))
            default: continue
            }
        }
        return addresses
    }
}

/// What `getaddrinfo` said.
struct LookupError: Error, Hashable {
    var code: CInt
    var errno: CInt

    func finding(_ host: String) -> Finding {
        let name = quotable(host)
        return switch code {
        case EAI_NONAME, -5:  // -5: EAI_NODATA, which not every system's headers show
            .failed(.dns, "name not known: \(name)")
        case EAI_AGAIN: .failed(.dns, "the name service gave no answer for \(name)")
        case EAI_MEMORY: .inconclusive(.resources, "out of memory while resolving \(name)")
        case EAI_SYSTEM: .system(errno, during: "resolving \(name)")
        default: .failed(.dns, "name not resolved: \(name) (\(String(cString: gai_strerror(code))))")
        }
    }
}
