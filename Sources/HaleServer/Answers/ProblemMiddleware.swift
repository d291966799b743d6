import HaleModel
import Hummingbird
import Logging

/// Something that the client did wrong, or that can't be done at present.
struct Problem: Error {
    var status: HTTPResponse.Status
    var detail: String
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    init(_ refusal: OrderRefusal) {
        switch refusal.kind {
        case .unknownComponent: self.init(.notFound, refusal.message)
        case .conflict: self.init(.conflict, refusal.message)
        case .unavailable, .unrecorded: self.init(.serviceUnavailable, refusal.message)
        }
    }
}

/// Every error is answered by a problem document (RFC 9457).
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let answer = try answer(problem(error, request, context))
            return request.method == .head ? answer.createHeadResponse() : answer
        }
    }

    private func problem(_ error: any Error, _ request: Request, _ context: Context) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as any HTTPResponseError:
            return Problem(error.status, "\(request.method) \(request.uri.path): \(error.status.reasonPhrase)")
        default:
            context.logger.error("\(request.method) \(request.uri.path): \(error)")
            return Problem(.internalServerError, "Hale could not answer; its log says why")
        }
    }

    private func answer(_ problem: Problem) throws -> Response {
        let document = ProblemDocument(
            title: problem.status.reasonPhrase, status: problem.status.code, detail: problem.detail)
        var response = try JSONResponse.make(document, status: problem.status, type: "application/problem+json")
        response.headers.append(contentsOf: problem.headers)
        return response
    }
}
