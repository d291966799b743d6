import HaleModel
import NIOCore

/// A TCP plan made ready.
final class TCPCheck: Sendable {
    /// Bytes of an answer that are looked at.
    static let maxAnswerBytes = 64 << 10

    let target: Target
    let send: ByteBuffer?
    let expect: TextMatcher?

    init(_ plan: TCPCheckPlan) throws(PlanError) {
        target = try Target(plan.endpoint)
        send = plan.send.map { ByteBuffer(string: $0) }
        expect = plan.expect.map(TextMatcher.init)
    }
}
