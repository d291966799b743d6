import HaleModel
import NIOCore

/// Who sends a request, and what it shows: all that the rules are asked with, wherever its header was read.
struct Caller {
    var method: String
    var path: String
    /// From a loopback address; `false` on the Unix socket.
    var isFromLoopback: Bool
    /// The port that was connected to; 0 on the Unix socket.
    var localPort: Int
    /// The values of every field of a name, in lower case.
    var fields: (String) -> [String]

    /// A proxy on this machine speaks for somebody else.
    private static let relayed = ["forwarded", "x-forwarded-for", "x-real-ip"]

    var isRelayed: Bool { Self.relayed.contains { !fields($0).isEmpty } }

    private var hasBody: Bool {
        (fields("content-length").first ?? "0") != "0" || !fields("transfer-encoding").isEmpty
    }

    func request(isSocket: Bool, _ credential: AccessRequest.Credential) -> AccessRequest {
        AccessRequest(
            method: method, path: path, peer: isSocket ? .socket : .tcp(isLocal: isFromLoopback && !isRelayed),
            hosts: fields("host"), origin: fields("origin").first, hasBody: hasBody,
            bodyType: fields("content-type").first, credential: credential)
    }

    var sessionSecret: String? { SessionCookie.secret(in: fields("cookie"), port: localPort) }
}
