import HTTPTypes
import HaleResilience
import Hummingbird

/// Turns away what the server can't take, before it costs anything, and says when to come back.
struct GuardMiddleware<Context: RequestContext>: RouterMiddleware {
    let limiter: RateLimiter
    let bulkhead: Bulkhead

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await limiter { try await bulkhead { try await next(request, context) } }
        } catch let rejection as RateLimitedError {
            return refusal(.tooManyRequests, rejection)
        } catch let rejection as any RejectionError {
            return refusal(.serviceUnavailable, rejection)
        }
    }

    private func refusal(_ status: HTTPResponse.Status, _ rejection: any RejectionError) -> Response {
        let seconds = max(1, (rejection.retryAfter ?? .seconds(1)).components.seconds)
        return Response(status: status, headers: [.retryAfter: "\(seconds)"])
    }
}
