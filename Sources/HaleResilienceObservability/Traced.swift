public import HaleResilience
public import Tracing

/// A span around the calls within it, with the error if there is one.
///
/// Outermost in a ``HaleResilience/Policy`` it shows the call as its caller sees it; innermost, each attempt.
public struct Traced: ResiliencePolicy {
    private let name: String
    private let kind: SpanKind

    public init(_ name: String, ofKind kind: SpanKind = .client) {
        self.name = name
        self.kind = kind
    }

    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        try await withSpan(name, ofKind: kind) { span in
            do {
                return try await operation()
            } catch let error as any RejectionError {
                span.attributes["resilience.rejected"] = true
                throw error
            }
        }
    }
}
