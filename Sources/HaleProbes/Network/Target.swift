import HaleModel
import NIOCore

/// An endpoint that can be connected to.
struct Target: Hashable, Sendable {
    let endpoint: Endpoint
    /// Set when the host is an address and needs no name service.
    let address: SocketAddress?

    init(_ endpoint: Endpoint) throws(PlanError) {
        guard (1...65_535).contains(endpoint.port) else {
            throw PlanError("port \(endpoint.port) of \(quotable(endpoint.host)) is not between 1 and 65535")
        }
        let host = endpoint.host.utf8
        guard !host.isEmpty, host.count <= 255, host.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw PlanError("\(quoted(endpoint.host)) is not a host")
        }
        self.endpoint = endpoint
        address = try? SocketAddress(ipAddress: endpoint.host, port: endpoint.port)
    }
}
