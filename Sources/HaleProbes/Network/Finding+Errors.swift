import HaleModel
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Finding {
    /// An error before the connection stood.
    static func connecting(_ error: any Error) -> Finding {
        switch error {
        case let error as NIOConnectionError:
            // Several addresses were tried: Hale's own trouble counts first, then the answer of a living host.
            let findings = error.connectionErrors.map { connecting($0.error) }
            return findings.first { $0.status == nil }
                ?? findings.first { $0.details["kind"] == "refused" }
                ?? findings.last ?? .failed(.connection, "not connected")
        case let error as IOError: return system(error.errnoCode, during: "connecting")
        case ChannelError.connectTimeout: return .failed(.timeout, "timed out while connecting")
        case is Workers.ShutDown: return .inconclusive(.cancelled, "the prober is shut down")
        default: return .failed(.connection, "not connected: \(quotable(String(describing: error)))")
        }
    }

    /// An error of the system, in words that stay the same on every system.
    static func system(_ code: CInt, during activity: String) -> Finding {
        switch code {
        case ECONNREFUSED: .failed(.refused, "connection refused")
        case ECONNRESET, EPIPE, ECONNABORTED: .failed(.closed, "connection reset while \(activity)")
        case ETIMEDOUT: .failed(.timeout, "timed out while \(activity)")
        case ENETUNREACH: .failed(.unreachable, "network unreachable")
        case EHOSTUNREACH: .failed(.unreachable, "host unreachable")
        case EACCES, EPERM: .failed(.unreachable, "not permitted by this system while \(activity)")
        case EMFILE: .inconclusive(.resources, "Hale has no file descriptor left (EMFILE)")
        case ENFILE: .inconclusive(.resources, "this system has no file descriptor left (ENFILE)")
        case ENOMEM: .inconclusive(.resources, "this system has no memory left (ENOMEM)")
        case ENOBUFS: .inconclusive(.resources, "this system has no buffer space left (ENOBUFS)")
        case EADDRNOTAVAIL: .inconclusive(.resources, "no local address or port left (EADDRNOTAVAIL)")
        default: .failed(.connection, "\(String(cString: strerror(code))) while \(activity)")
        }
    }
}
