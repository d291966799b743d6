import HaleModel
import NIOCore
import NIOHTTP1

/// What a health document means together with the status code that it came with.
enum HealthVerdict {
    static func finding(
        _ body: ByteBuffer, isCut: Bool, _ status: HTTPResponseStatus, isAccepted: Bool, expected: String
    ) -> Finding {
        guard let document = HealthDocument(body) else {
            guard isAccepted else { return .failed(.status, "\(status.text), expected \(expected)") }
            let bound = isCut ? "it is longer than \(body.readableBytes) bytes" : "no status that is known in it"
            return .failed(.health, "the answer is not a health document: \(bound)")
        }
        var finding = verdict(document, status, isAccepted: isAccepted)
        finding.details["health"] = .string(quotable(document.word))
        if !document.parts.isEmpty { finding.details["parts"] = .object(document.parts.mapValues { .string($0) }) }
        return finding
    }

    private static func verdict(_ document: HealthDocument, _ status: HTTPResponseStatus, isAccepted: Bool) -> Finding {
        let words = words(document, status)
        switch document.status {
        case .healthy where !isAccepted:
            return .failed(.status, "\(status.text), though the document says \(quotable(document.word))")
        case .healthy: return .good(words)
        case .degraded: return .degraded(.health, words)
        case .unhealthy: return .failed(.health, words)
        case .critical:
            var finding = Finding.failed(.health, words)
            finding.status = .critical
            return finding
        case nil: return isAccepted ? .inconclusive(.health, words) : .failed(.health, words)
        }
    }

    /// "503 Service Unavailable, DOWN: db, mail (no connection)"
    private static func words(_ document: HealthDocument, _ status: HTTPResponseStatus) -> String {
        let shown = document.unwell.prefix(4).joined(separator: ", ")
        let rest = document.unwell.count - 4
        let parts = shown.isEmpty ? "" : ": \(shown)" + (rest > 0 ? " and \(rest) more" : "")
        let reason = document.reason.map { " (\(quotable($0, limit: 200)))" } ?? ""
        return "\(status.text), \(quotable(document.word))\(parts)\(reason)"
    }
}
