import HaleModel
import NIOCore
import NIOHTTP1

/// An HTTP plan made ready: the request is built once, not per run.
final class HTTPCheck: Sendable {
    /// Bytes of an answer's head that are read, headers and interim answers together.
    static let maxHeadBytes = 64 << 10
    static let userAgent = "hale/1"

    let plan: HTTPCheckPlan
    let request: HTTPRequest
    let trust: TLSTrust
    let bodyMatcher: TextMatcher?
    /// Where the connection waits for the next run, if it is to.
    let kept: KeptConnection?

    init(_ plan: HTTPCheckPlan, mayReuse: Bool) throws(PlanError) {
        self.plan = plan
        kept = plan.reusesConnection && mayReuse ? KeptConnection() : nil
        request = try HTTPRequest(plan, keepsConnection: kept != nil)
        trust = TLSTrust(
            verifiesCertificate: plan.verifiesCertificate,
            roots: plan.verifiesCertificate ? plan.trustedRoots : nil)
        bodyMatcher = plan.bodyMatch.map(TextMatcher.init)
    }

    var needsBody: Bool { plan.readsHealth || bodyMatcher != nil || !plan.json.isEmpty }

    /// Whether the status alone decides against the answer, so that the body need not be read.
    func refuses(_ status: HTTPResponseStatus) -> Bool { !plan.readsHealth && !accepts(status) }

    func accepts(_ status: HTTPResponseStatus) -> Bool {
        plan.status.contains { $0.contains(Int(status.code)) }
    }

    /// "200-299, 404"
    var acceptedStatus: String {
        plan.status.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}
