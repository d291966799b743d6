import Foundation
import HaleModel
import Hummingbird
import NIOCore

/// Signs of life over HTTP. They are answered when they are received, and not stored yet.
struct HeartbeatRoutes: Sendable {
    let backend: any ServerBackend
    /// One batch is read at a time: several would take every thread from those that ask for something small.
    private let turnstile = Turnstile()
    /// Batches that are received or wait: each may take `maxBatchBytes`.
    private let places = Places(16)

    private static let maxBytes = 64 << 10
    private static let maxBatchBytes = 8 << 20
    /// Of a batch, blank ones included.
    private static let maxBatchLines = 10_000
    /// After so many lines, and before one of more bytes than this, others get their turn.
    private static let linesAtOnce = 200
    private static let longLine = 4 << 10
    private static let expected = "expected a JSON object"

    func add(to routes: Routes) {
        routes.post("health/heartbeat") { request, context in
            try take(try await values(of: request), nil, context)
        }
        routes.post("health/heartbeat/:id") { request, context in
            let id = try context.componentID()
            return try take(try await values(of: request), id, context)
        }
        routes.post("health/heartbeats") { request, context in try await takeBatch(request, context) }
    }

    private func values(of request: Request) async throws -> [String: JSONValue] {
        try await RequestBody.values(of: request, maxBytes: Self.maxBytes, expected: Self.expected)
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
        guard places.take() else {
            var problem = Problem(.serviceUnavailable, "\(places.count) batches are being taken in already")
            problem.headers[.retryAfter] = "1"
            throw problem
        }
        defer { places.giveBack() }
        let lines = BufferLines(try await RequestBody.collect(request, maxBytes: Self.maxBatchBytes))
        var beyond = lines.dropFirst(Self.maxBatchLines).makeIterator()
        guard beyond.next() == nil else {
            throw Problem(.contentTooLarge, "expected at most \(Self.maxBatchLines) lines")
        }
        let batch = try await turnstile.pass { await read(lines, context) }
        if batch.beats.isEmpty {
            throw batch.firstProblem ?? Problem(.badRequest, "expected a JSON object on each line")
        }
        backend.take(batch.beats)
        return try JSONResponse.make(batch.answer, status: .accepted)
    }

    private func read(_ lines: BufferLines, _ context: HaleContext) async -> HeartbeatBatch {
        var batch = HeartbeatBatch()
        for line in lines {
            batch.lines += 1
            // Others are answered meanwhile.
            if batch.lines.isMultiple(of: Self.linesAtOnce) || line.count > Self.longLine { await Task.yield() }
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do throws(Problem) {
                let beat = try read(line, context)
                batch.beats.append(beat)
            } catch {
                batch.refuse(error)
            }
        }
        return batch
    }

    private func read(_ line: ByteBufferView, _ context: HaleContext) throws(Problem) -> Heartbeat {
        guard line.count <= Self.maxBytes else {
            throw Problem(.contentTooLarge, "expected at most \(Self.maxBytes) bytes")
        }
        guard let values = try? JSONDecoder().decode([String: JSONValue].self, from: Data(line)) else {
            throw Problem(.badRequest, Self.expected)
        }
        let beat = try HeartbeatDocumentReader.read(values)
        try check(beat.component, context)
        return beat
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
