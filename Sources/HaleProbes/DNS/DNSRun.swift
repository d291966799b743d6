import HaleModel
import NIOCore

/// One run of a DNS check: by this system's resolver, or by one name server.
final class DNSRun {
    private let run: ProbeRun
    private let check: DNSCheck

    init(run: ProbeRun, check: DNSCheck) {
        self.run = run
        self.check = check
    }

    func start() {
        guard let server = check.server else {
            return resolve(check.plan.name) { [run, check] addresses in
                run.finish(DNSVerdict.finding(addresses.filter(check.wants).compactMap(\.ipAddress), check))
            }
        }
        if let address = server.address { return ask(address, server) }
        resolve(server.endpoint.host) { [self] addresses in
            guard var address = addresses.first else {
                return run.finish(.failed(.dns, "name server not known: \(quotable(server.endpoint.host))"))
            }
            address.port = server.endpoint.port
            ask(address, server)
        }
    }

    private func resolve(_ name: String, then use: @escaping ([SocketAddress]) -> Void) {
        let (ticket, addresses) = run.equipment.resolver.addresses(of: name, on: run.eventLoop)
        run.phase = .lookingUp(host: name, ticket)
        addresses.assumeIsolated().whenComplete { [run] result in
            guard !run.isFinished else { return }
            switch result {
            case .success(let addresses): use(addresses)
            case .failure(let error as LookupError): run.finish(error.finding(name))
            case .failure(let error): run.finish(.connecting(error))
            }
        }
    }

    private func ask(_ address: SocketAddress, _ server: Target) {
        DNSConversation(run: run, check: check, server: "\(server.endpoint)").start(address)
    }
}
