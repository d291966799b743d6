import HaleModel
import NIOCore
import NIOHTTP1

/// What an answer means for what the plan expects.
enum HTTPVerdict {
    /// JSON documents up to this size are read on the event loop.
    private static let smallDocument = 4 << 10

    /// The verdict if it takes no long computation.
    static func immediate(_ answer: HTTPAnswer, _ check: HTTPCheck) -> Finding? {
        let status = answer.head.status
        guard !check.refuses(status) else {
            return .failed(.status, "\(status.text), expected \(check.acceptedStatus)")
        }
        guard check.needsBody else { return .good(status.text) }
        let isQuick =
            check.bodyMatcher?.isPlain ?? true
            && (check.plan.json.isEmpty && !check.plan.readsHealth || answer.body.readableBytes <= smallDocument)
        return isQuick ? thorough(answer.body, isCut: answer.isCut, status, check, Ticket()) : nil
    }

    /// The verdict over the body of an answer whose status is as expected, or said by the body.
    static func thorough(
        _ body: ByteBuffer, isCut: Bool, _ status: HTTPResponseStatus, _ check: HTTPCheck, _ ticket: Ticket
    ) -> Finding {
        if let matcher = check.bodyMatcher {
            if let trouble = matcher.trouble { return trouble }
            if matcher.evaluate(body, ticket) == .missing {
                let bound = isCut ? " (looked at its first \(body.readableBytes) bytes)" : ""
                return .failed(.body, "body \(matcher.complaint)\(bound)")
            }
        }
        if !check.plan.json.isEmpty {
            if isCut { return .failed(.json, "body is longer than \(body.readableBytes) bytes, its JSON was not read") }
            if let complaint = JSONDocument.complaint(body, check.plan.json) { return .failed(.json, complaint) }
        }
        guard check.plan.readsHealth else { return .good(status.text) }
        return HealthVerdict.finding(
            body, isCut: isCut, status, isAccepted: check.accepts(status), expected: check.acceptedStatus)
    }
}
