import HaleModel
import NIOCore
import NIOPosix

extension ProbeRun {
    /// Connects and hands over the channel, still without handlers: nothing is read before the closure returns.
    /// Any trouble ends the run.
    func connect(to target: Target, then use: @escaping (any Channel) -> Void) {
        if let address = target.address {
            return dial([address], target.endpoint, use)
        }
        let host = target.endpoint.host
        let (ticket, addresses) = equipment.resolver.addresses(of: host, on: eventLoop)
        phase = .lookingUp(host: host, ticket)
        addresses.assumeIsolated().whenComplete { [self] result in
            guard !isFinished else { return }
            switch result {
            case .success(var addresses) where !addresses.isEmpty:
                for index in addresses.indices { addresses[index].port = target.endpoint.port }
                dial(addresses, target.endpoint, use)
            case .success: finish(.failed(.dns, "name not known: \(quotable(host))"))
            case .failure(let error as LookupError): finish(error.finding(host))
            case .failure(let error): finish(.connecting(error))
            }
        }
    }

    private func dial(_ addresses: [SocketAddress], _ endpoint: Endpoint, _ use: @escaping (any Channel) -> Void) {
        phase = .connecting
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(remaining + .seconds(1))  // the run's own deadline comes first
            .channelInitializer { channel in
                let run = bound.value
                guard !run.isFinished else { return channel.eventLoop.makeFailedFuture(ChannelError.alreadyClosed) }
                run.own(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        let connected =
            addresses.count == 1
            ? bootstrap.connect(to: addresses[0])
            : bootstrap.resolver(KnownAddresses(addresses, eventLoop))
                .connect(host: endpoint.host, port: endpoint.port)
        connected.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel):
                guard !isFinished else { return channel.closeAtOnce() }
                use(channel)
            case .failure(let error): finish(.connecting(error))
            }
        }
    }
}

/// Feeds addresses found already to the bootstrap, which then tries IPv6 and IPv4 side by side (RFC 8305).
private final class KnownAddresses: Resolver, Sendable {
    private let v4: EventLoopFuture<[SocketAddress]>
    private let v6: EventLoopFuture<[SocketAddress]>

    init(_ addresses: [SocketAddress], _ eventLoop: any EventLoop) {
        v4 = eventLoop.makeSucceededFuture(addresses.filter { $0.protocol == .inet })
        v6 = eventLoop.makeSucceededFuture(addresses.filter { $0.protocol == .inet6 })
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { v4 }
    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { v6 }
    func cancelQueries() {}
}
