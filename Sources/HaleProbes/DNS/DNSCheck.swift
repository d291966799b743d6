import HaleModel
import NIOCore

/// A DNS plan made ready.
final class DNSCheck: Sendable {
    let plan: DNSCheckPlan
    let labels: [[UInt8]]
    let server: Target?
    /// The expected addresses as this system writes them.
    let expected: [String]

    init(_ plan: DNSCheckPlan) throws(PlanError) {
        guard let labels = DNSMessage.labels(of: plan.name) else {
            throw PlanError("\(quoted(plan.name)) is not a name that can be resolved")
        }
        self.plan = plan
        self.labels = labels
        var server: Target?
        if let endpoint = plan.server { server = try Target(endpoint) }
        self.server = server
        var expected: [String] = []
        for text in plan.expect {
            guard let address = (try? SocketAddress(ipAddress: text, port: 0))?.ipAddress else {
                throw PlanError("\(quoted(text)) is not an IP address")
            }
            expected.append(address)
        }
        self.expected = expected
    }

    var types: [DNSMessage.RecordType] {
        switch plan.records {
        case .v4: [.a]
        case .v6: [.aaaa]
        case .both: [.a, .aaaa]
        }
    }

    func wants(_ address: SocketAddress) -> Bool {
        switch plan.records {
        case .v4: address.protocol == .inet
        case .v6: address.protocol == .inet6
        case .both: true
        }
    }
}
