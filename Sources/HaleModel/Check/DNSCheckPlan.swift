/// A DNS check: a name has addresses, and those that are expected.
public struct DNSCheckPlan: Hashable, Sendable {
    public var name: String
    /// Default: both.
    public var records: Records
    /// The name server that is asked. Default: this system's resolver, with its files and its cache.
    public var server: Endpoint?
    /// Addresses that must be in the answer. Default: any.
    public var expect: [String]

    public enum Records: String, CaseIterable, Hashable, Sendable {
        case v4 = "A"
        case v6 = "AAAA"
        case both
    }

    public init(name: String, records: Records = .both, server: Endpoint? = nil, expect: [String] = []) {
        self.name = name
        self.records = records
        self.server = server
        self.expect = expect
    }
}
