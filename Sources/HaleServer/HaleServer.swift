import Foundation
package import HaleModel
import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
package import ServiceLifecycle

/// The HTTP interface: over TCP what the rules and tokens allow, everything over a Unix socket that only the owner may use.
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
    private let rules: AccessRules
    private let sessions: Sessions
    private let group: any EventLoopGroup
    private let logger: Logger
    private let webSocketLimits: WebSocketLimits
    private let identity: TLSIdentity?
    private let onBound: @Sendable (Int?) async -> Void

    /// - Parameters:
    ///   - rules: who may do what over TCP.
    ///   - identity: with which certificate it answers; `nil`: without TLS.
    ///   - onBound: called once with the TCP port in use, or `nil` for a socket.
    package init(
        _ backend: any ServerBackend, at address: Address, rules: AccessRules = .init(), sessions: Sessions = .init(),
        identity: TLSIdentity? = nil, group: any EventLoopGroup, logger: Logger,
        webSocketLimits: WebSocketLimits = .init(),
        onBound: @escaping @Sendable (Int?) async -> Void = { _ in }
    ) {
        self.backend = backend
        self.address = address
        self.rules = rules
        self.sessions = sessions
        self.group = group
        self.logger = logger
        self.webSocketLimits = webSocketLimits
        self.identity = identity
        self.onBound = onBound
    }

    package func run() async throws {
        let onBound = self.onBound
        let address = self.address
        let table = ConnectionTable(isSocket ? .socket : .tcp)
        let doorkeeper = Doorkeeper(rules: rules, isSocket: isSocket, backend: backend, sessions: sessions)
        let webSocketLimits = self.webSocketLimits
        let identity = self.identity
        let app = Application(
            router: router(doorkeeper, table),
            server: .init { responder in
                ServerChannel(
                    responder: responder, doorkeeper: doorkeeper, table: table, webSocketLimits: webSocketLimits,
                    identity: identity)
            },
            configuration: ApplicationConfiguration(address: bindAddress, serverName: "hale"),
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

    private var isSocket: Bool { if case .socket = address { true } else { false } }

    private func router(_ doorkeeper: Doorkeeper, _ table: ConnectionTable) -> Router<HaleContext> {
        let router = Router(context: HaleContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: AccessMiddleware(doorkeeper: doorkeeper))
        let routes = Routes(router)
        ProbeRoutes(backend: backend).add(to: routes)
        StatusRoutes(backend: backend).add(to: routes)
        SessionRoutes(backend: backend, sessions: sessions, isSecure: identity != nil).add(to: routes)
        ComponentRoutes(backend: backend).add(to: routes)
        EventRoutes(backend: backend).add(to: routes)
        WebSocketRoutes(table: table).add(to: routes)
        HeartbeatRoutes(backend: backend).add(to: routes)
        BreakerRoutes(backend: backend).add(to: routes)
        MetricsRoutes(backend: backend).add(to: routes)
        DescriptionRoutes().add(to: routes)
        HealthRoutes(backend: backend).add(to: routes)
        OrderRoutes(backend: backend).add(to: routes)
        RegistrationRoutes(backend: backend).add(to: routes)
        RecoveryRoutes(backend: backend).add(to: routes)
        HoldRoutes(backend: backend).add(to: routes)
        DaemonRoutes(backend: backend).add(to: routes)
        routes.finish()
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
