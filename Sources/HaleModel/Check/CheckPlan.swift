/// How one check asks. When it asks, and what an answer means for the component, is decided by the engine.
public struct CheckPlan: Hashable, Sendable {
    public var component: ComponentID
    public var name: String
    public var probe: Probe

    public enum Probe: Hashable, Sendable {
        case http(HTTPCheckPlan)
        case tcp(TCPCheckPlan)
        case command(CommandCheckPlan)
        case process(ProcessCheckPlan)
        case dns(DNSCheckPlan)
        case tls(TLSCheckPlan)

        public var kind: String {
            switch self {
            case .http: "http"
            case .tcp: "tcp"
            case .command: "command"
            case .process: "process"
            case .dns: "dns"
            case .tls: "tls"
            }
        }
    }

    public init(component: ComponentID, name: String, probe: Probe) {
        self.component = component
        self.name = name
        self.probe = probe
    }
}

/// Where a check connects to.
public struct Endpoint: Hashable, Sendable {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

extension Endpoint: CustomStringConvertible {
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// An HTTP check: one request, and what its answer must be.
public struct HTTPCheckPlan: Hashable, Sendable {
    public var url: String
    public var endpoint: Endpoint
    public var usesTLS: Bool
    /// Path and query, as sent.
    public var target: String
    public var method = "GET"
    public var headers: [Header] = []
    public var body: String?
    /// Accepted status codes. Default 200–299.
    public var status: [ClosedRange<Int>] = [200...299]
    public var bodyMatch: TextMatch?
    public var json: [JSONExpectation] = []
    /// Whether the body is a health document, which then says the status. Default false.
    public var readsHealth = false
    /// How many redirects are followed. Default 0.
    public var redirects = 0
    /// Keep the connection for the next run. Default off: a check should prove that a new client gets in.
    public var reusesConnection = false
    /// Whether a certificate must be valid and for this host. Default true.
    public var verifiesCertificate = true
    /// A PEM file of further trusted roots.
    public var trustedRoots: String?
    /// Time left of the certificate below which a good answer is degraded. Default: never.
    public var certificateExpires: TimeSpan?
    /// Bytes of body that are read at most. Default 1 MiB.
    public var maxBodyBytes = 1 << 20

    public struct Header: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A value at a path of the answer's JSON document, `status` or `data.items.0.name`.
    public struct JSONExpectation: Hashable, Sendable {
        public var path: String
        public var equals: JSONValue

        public init(path: String, equals: JSONValue) {
            self.path = path
            self.equals = equals
        }
    }

    public init(url: String, endpoint: Endpoint, usesTLS: Bool, target: String) {
        self.url = url
        self.endpoint = endpoint
        self.usesTLS = usesTLS
        self.target = target
    }
}

/// What a text must contain.
public enum TextMatch: Hashable, Sendable {
    case contains(String)
    case regex(String)
}

/// A TCP check: connect, and talk if asked to.
public struct TCPCheckPlan: Hashable, Sendable {
    public var endpoint: Endpoint
    public var send: String?
    public var expect: TextMatch?

    public init(endpoint: Endpoint, send: String? = nil, expect: TextMatch? = nil) {
        self.endpoint = endpoint
        self.send = send
        self.expect = expect
    }
}
