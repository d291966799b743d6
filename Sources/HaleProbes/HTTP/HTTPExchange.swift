import HaleModel
import NIOCore
import NIOHTTP1

/// One request over a connection, and how much of its answer is wanted.
struct HTTPExchange {
    var request: HTTPRequest
    var keepsBody: Bool
    var maxBodyBytes: Int
    /// Whether the head says all, so that the body need not be waited for.
    var endsAtHead: (HTTPResponseHead) -> Bool
    var then: (Result<HTTPAnswer, HTTPFailure>) -> Void
}

/// What came back.
struct HTTPAnswer {
    var head: HTTPResponseHead
    /// What was kept of the body.
    var body = ByteBuffer()
    /// How much of the body was read, kept or not.
    var bodyBytes = 0
    /// The body went on beyond the limit.
    var isCut = false
    /// Read to its end over a connection that may carry another exchange.
    var leavesConnection = false
}

/// Why no answer came.
enum HTTPFailure: Error {
    /// The peer closed, or an error of the system ended the connection. The text says how far the answer was.
    case closed(errno: CInt?, soFar: String?)
    case headTooLarge
    case malformed(String)
    case tls(Finding)

    var finding: Finding {
        switch self {
        case .closed(let errno?, nil): .system(errno, during: "waiting for an answer")
        case .closed(nil, nil): .failed(.closed, "connection closed without an answer")
        case .closed(_, let soFar?): .failed(.closed, "connection closed in the middle of the answer (\(soFar))")
        case .headTooLarge: .failed(.protocol, "the head of the answer is longer than \(HTTPCheck.maxHeadBytes) bytes")
        case .malformed(let what): .failed(.protocol, "malformed HTTP answer: \(what)")
        case .tls(let finding): finding
        }
    }
}

extension HTTPResponseStatus {
    /// "503 Service Unavailable", in the standard's words whatever the peer calls it.
    var text: String {
        let standard = HTTPResponseStatus(statusCode: Int(code))
        return standard.reasonPhrase.isEmpty ? "\(code)" : "\(code) \(standard.reasonPhrase)"
    }
}
