import Foundation
package import HaleModel
import Hummingbird
package import Logging
package import NIOCore
package import ServiceLifecycle

/// The HTTP interface: reading over TCP on a loopback address, everything over a Unix socket that only the owner may use.
package struct HaleServer: Service {
    package enum Address: Sendable {
        case tcp(host: String, port: Int)
        case socket(path: String)
    }

    /// The address can't be had.
    package struct CannotListen: Error, CustomStringConvertible {
        package let address: String
        package let reason: String
        package var description: String { "cannot listen on \(address): \(reason)" }
    }

    private let backend: any ServerBackend
    private let address: Address
    private let group: any EventLoopGroup
    private let logger: Logger
    private let onBound: @Sendable (Int?) async -> Void

    /// - Parameter onBound: called once with the TCP port in use, or `nil` for a socket.
    package init(
        _ backend: any ServerBackend, at address: Address, group: any EventLoopGroup, logger: Logger,
        onBound: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) {
        self.backend = backend
        self.address = address
        self.group = group
        self.logger = logger
        self.onBound = onBound
    }

    package func run() async throws {
        let onBound = self.onBound
        let address = self.address
        let app = Application(
            router: router, configuration: ApplicationConfiguration(address: bindAddress, serverName: "hale"),
            onServerRunning: { channel in
                if case .socket(let path) = address { chmod(path, 0o600) }
                await onBound(channel.localAddress?.port)
            },
            eventLoopGroupProvider: .shared(group), logger: logger)
        do {
            try await app.runService(gracefulShutdownSignals: [])
        } catch let error as IOError {
            throw CannotListen(address: "\(address)", reason: String(cString: strerror(error.errnoCode)))
        }
    }

    private var bindAddress: BindAddress {
        switch address {
        case .tcp(let host, let port): return .hostname(host, port: port)
        case .socket(let path):
            unlink(path)  // the lock on the data directory is held: a socket that is there belongs to nobody
            return .unixDomainSocket(path: path)
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: ProblemMiddleware())
        ProbeRoutes(backend: backend).add(to: router)
        StatusRoutes(backend: backend).add(to: router)
        let api = router.group("/api/v1/healing")
        ComponentRoutes(backend: backend).add(to: api)
        EventRoutes(backend: backend).add(to: api)
        BreakerRoutes(backend: backend).add(to: api)
        if case .socket = address { OrderRoutes(backend: backend).add(to: api) }
        return router
    }
}

extension HaleServer.Address: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .socket(let path): path
        }
    }
}
