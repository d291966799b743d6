internal import HaleModel

/// Reads what belongs to a `dns:` check alone.
struct DNSCheckReader {
    static let keys = ["server", "type", "expect"]
    private static let maxAddresses = 64

    let map: MappingReader
    private var context: ReadingContext { map.context }

    init(map: MappingReader) { self.map = map }

    func read() -> DNSCheckPlan? {
        let name = map.optional("dns", .hostName)
        let server = map.optional("server", .nameServer)
        let records = map.value("type", .choice(DNSCheckPlan.Records.self), else: .both)
        let expect = map["expect"].map { readAddresses($0, records) } ?? []
        return name.map { DNSCheckPlan(name: $0, records: records, server: server, expect: expect) }
    }

    /// One address or a list of them.
    private func readAddresses(_ field: Field, _ records: DNSCheckPlan.Records) -> [String] {
        var fields = [field]
        if case .sequence = field.node.content {
            fields = context.items(field, expected: "a list of IP addresses") ?? []
            if fields.isEmpty { context.report("the list of addresses is empty", at: field) }
        }
        guard fields.count <= Self.maxAddresses else {
            context.report("more than \(Self.maxAddresses) addresses", at: field)
            return []
        }
        return fields.compactMap { field in
            guard let address = context.scalar(field, .ipAddress)?.value else { return nil }
            let isV6 = address.contains(":")
            guard records == .both || isV6 == (records == .v6) else {
                context.report("'\(address)' is never in a record of type \(records.rawValue)", at: field)
                return nil
            }
            context.record(field.path, .string(address), context.origin(of: field))
            return address
        }
    }
}
