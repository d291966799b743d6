import AsyncHTTPClient
import HaleResilience
import NIOCore

/// An answer that is no success. The library reads from its status whether to try again and whether the breaker counts it.
struct UnexpectedAnswer: ErrorTraits {
    let status: Int
    let retryAfter: Duration?

    var httpStatus: Int? { status }
}

/// A client of one server: every call passes the retry, the breaker and the time-out.
struct GuardedClient: Sendable {
    let http: HTTPClient
    let base: String
    let breaker = CircuitBreaker("upstream", .init(trip: .failures(3), openDuration: .milliseconds(300), jitter: 0))

    func get(_ path: String) async throws -> String {
        let policy = Policy {
            Retry(maxAttempts: 3, delay: .milliseconds(20), budget: nil)
            breaker
            Timeout(.seconds(2))
        }
        return try await policy {
            let response = try await http.execute(HTTPClientRequest(url: base + path), timeout: .seconds(10))
            let body = try await response.body.collect(upTo: 64 * 1024)
            guard response.status == .ok else {
                throw UnexpectedAnswer(
                    status: Int(response.status.code),
                    retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0) })
            }
            return String(buffer: body)
        }
    }
}
