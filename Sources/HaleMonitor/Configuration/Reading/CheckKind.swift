internal import HaleModel

/// The kinds of checks: the key that names each, the keys that belong to it, and who reads them.
enum CheckKind: String, CaseIterable {
    case http
    case tcp
    case command
    case process
    case dns
    case tls

    var keys: [String] {
        switch self {
        case .http: HTTPCheckReader.keys
        case .tcp: TCPCheckReader.keys
        case .command: CommandCheckReader.keys
        case .process: ProcessCheckReader.keys
        case .dns: DNSCheckReader.keys
        case .tls: TLSCheckReader.keys
        }
    }

    /// The short form.
    private var example: String {
        switch self {
        case .http: "http: URL"
        case .tcp: "tcp: host:port"
        case .command: "command: [program, argument]"
        case .process: "process: name"
        case .dns: "dns: name"
        case .tls: "tls: host:port"
        }
    }

    static let names = allCases.map(\.rawValue)
    static let oneOf = Suggestion.oneOf(allCases.map { "'\($0.example)'" })

    /// `nil` where what is asked is wrong; everything else is read all the same.
    func read(_ map: MappingReader) -> CheckPlan.Probe? {
        switch self {
        case .http: HTTPCheckReader(map: map).read().map { .http($0) }
        case .tcp: TCPCheckReader(map: map).read().map { .tcp($0) }
        case .command: CommandCheckReader(map: map).read().map { .command($0) }
        case .process: ProcessCheckReader(map: map).read().map { .process($0) }
        case .dns: DNSCheckReader(map: map).read().map { .dns($0) }
        case .tls: TLSCheckReader(map: map).read().map { .tls($0) }
        }
    }
}
