import Foundation
import HaleModel
import Hummingbird
import NIOCore

/// Signs of life over HTTP. They are answered when they are received, and not stored yet.
struct HeartbeatRoutes: Sendable {
    let backend: any ServerBackend

    private static let maxBytes = 64 << 10
    private static let maxBatchBytes = 8 << 20

    func add(to routes: Routes) {
        routes.post("health/heartbeat") { request, context in
            try take(try await RequestBody(request, maxBytes: Self.maxBytes).values, nil, context)
        }
        routes.post("health/heartbeat/:id") { request, context in
            let id = try context.componentID()
            return try take(try await RequestBody(request, maxBytes: Self.maxBytes).values, id, context)
        }
        routes.post("health/heartbeats") { request, context in try await takeBatch(request, context) }
    }

    private func take(_ values: [String: JSONValue], _ id: ComponentID?, _ context: HaleContext) throws -> Response {
        let beat = try HeartbeatDocumentReader.read(values, of: id)
        try check(beat.component, context)
        backend.take([beat])
        return try JSONResponse.make(HeartbeatAnswer(received: 1), status: .accepted)
    }

    /// Each line stands for itself: that one component is not known is no reason to take the others for dead. Where none can
    /// be taken, the batch is refused for the reason of the first.
    private func takeBatch(_ request: Request, _ context: HaleContext) async throws -> Response {
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: Self.maxBatchBytes)
        } catch {
            throw Problem(.contentTooLarge, "expected at most \(Self.maxBatchBytes) bytes")
        }
        var batch = HeartbeatBatch()
        for line in buffer.readableBytesView.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            batch.lines += 1
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do throws(Problem) {
                guard line.count <= Self.maxBytes else {
                    throw Problem(.contentTooLarge, "expected at most \(Self.maxBytes) bytes")
                }
                guard let values = try? JSONDecoder().decode([String: JSONValue].self, from: Data(line)) else {
                    throw Problem(.badRequest, "expected a JSON object")
                }
                let beat = try HeartbeatDocumentReader.read(values)
                try check(beat.component, context)
                batch.beats.append(beat)
            } catch {
                batch.refuse(error)
            }
        }
        if batch.beats.isEmpty {
            throw batch.firstProblem ?? Problem(.badRequest, "expected a JSON object on each line")
        }
        backend.take(batch.beats)
        return try JSONResponse.make(batch.answer, status: .accepted)
    }

    /// Whether there is such a component, and the bearer of a limited token may speak for it.
    private func check(_ id: ComponentID, _ context: HaleContext) throws(Problem) {
        if let grant = context.bearer?.grant, let only = grant.components, !only.contains(id) {
            throw Problem(.forbidden, "the token '\(grant.name)' may not send heartbeats of '\(id)'")
        }
        guard backend.view[id] != nil else { throw Problem(.notFound, "there is no component '\(id)'") }
    }
}

/// What of a batch can be taken.
private struct HeartbeatBatch {
    var lines = 0
    var beats: [Heartbeat] = []
    private var refused = 0
    private var refusals: [HeartbeatAnswer.Refusal] = []
    private(set) var firstProblem: Problem?

    /// So many are told one by one.
    private static let maxRefusals = 100

    mutating func refuse(_ problem: Problem) {
        refused += 1
        if firstProblem == nil {
            firstProblem = Problem(problem.status, "line \(lines): \(problem.detail)")
        }
        guard refusals.count < Self.maxRefusals else { return }
        refusals.append(.init(line: lines, status: problem.status.code, detail: problem.detail))
    }

    var answer: HeartbeatAnswer {
        HeartbeatAnswer(
            received: beats.count, refused: refused == 0 ? nil : refused, refusals: refusals.isEmpty ? nil : refusals)
    }
}
