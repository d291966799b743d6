/// Policies composed in the stated order, the first outermost.
///
/// ```swift
/// let policy = Policy {
///     Timeout(.seconds(10))       // for everything together
///     Retry(maxAttempts: 3)
///     breaker                     // sees each attempt
///     Timeout(.seconds(2))        // for each attempt
/// }
/// let page = try await policy { try await http.get(url) }
/// ```
///
/// The chain is one concrete type: no existential, nothing allocated per call. An order that makes no sense (a breaker,
/// bulkhead or rate limiter anywhere around a retry) does not compile; who means it writes the inner part as a `Policy` of
/// its own. Only a retry that an `if` chooses is not looked at.
public struct Policy<Content: ResiliencePolicy>: ResiliencePolicy {
    public typealias Placement = Content.Placement

    @usableFromInline
    let content: Content

    public init(@PolicyBuilder _ content: () -> Content) { self.content = content() }

    @inlinable
    @inline(__always)
    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        try await content.execute(operation)
    }
}

/// One policy around another. If either belongs within a retry, so do both.
public struct PolicyChain<Outer: ResiliencePolicy, Inner: ResiliencePolicy, Placement>: ResiliencePolicy {
    @usableFromInline
    let outer: Outer
    @usableFromInline
    let inner: Inner

    @inlinable
    init(outer: Outer, inner: Inner) {
        self.outer = outer
        self.inner = inner
    }

    @inlinable
    @inline(__always)
    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        try await outer.execute { try await inner.execute(operation) }
    }
}

/// Stands where an `if` without `else` chose nothing.
public struct OptionalPolicy<Wrapped: ResiliencePolicy>: ResiliencePolicy {
    public typealias Placement = Wrapped.Placement

    @usableFromInline
    let wrapped: Wrapped?

    @inlinable
    init(_ wrapped: Wrapped?) { self.wrapped = wrapped }

    @inlinable
    @inline(__always)
    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        guard let wrapped else { return try await operation() }
        return try await wrapped.execute(operation)
    }
}

/// One of two policies, by an `if` with `else`. If either belongs within a retry, so do both.
public enum EitherPolicy<First: ResiliencePolicy, Second: ResiliencePolicy, Placement>: ResiliencePolicy {
    case first(First)
    case second(Second)

    @inlinable
    @inline(__always)
    public func execute<Value: Sendable>(_ operation: @Sendable () async throws -> Value) async throws -> Value {
        switch self {
        case .first(let policy): try await policy.execute(operation)
        case .second(let policy): try await policy.execute(operation)
        }
    }
}

@resultBuilder
public enum PolicyBuilder {
    /// A retry on its way into a chain: only a retry is asked what stands around it.
    public struct RetryStep {
        @usableFromInline
        let retry: Retry

        @inlinable
        init(_ retry: Retry) { self.retry = retry }
    }

    @inlinable
    public static func buildExpression<P: ResiliencePolicy>(_ policy: P) -> P { policy }

    @inlinable
    public static func buildExpression(_ retry: Retry) -> RetryStep { RetryStep(retry) }

    @inlinable
    public static func buildPartialBlock<P: ResiliencePolicy>(first policy: P) -> P { policy }

    @inlinable
    public static func buildPartialBlock<A: ResiliencePolicy, B: ResiliencePolicy>(
        accumulated outer: A, next inner: B
    ) -> PolicyChain<A, B, B.Placement> where A.Placement == Anywhere {
        PolicyChain(outer: outer, inner: inner)
    }

    @inlinable
    public static func buildPartialBlock<A: ResiliencePolicy, B: ResiliencePolicy>(
        accumulated outer: A, next inner: B
    ) -> PolicyChain<A, B, WithinRetry> where A.Placement == WithinRetry {
        PolicyChain(outer: outer, inner: inner)
    }

    @inlinable
    public static func buildPartialBlock(first step: RetryStep) -> Retry { step.retry }

    @inlinable
    public static func buildPartialBlock<A: ResiliencePolicy>(
        accumulated outer: A, next inner: RetryStep
    ) -> PolicyChain<A, Retry, Anywhere> where A.Placement == Anywhere {
        PolicyChain(outer: outer, inner: inner.retry)
    }

    @available(
        *, unavailable,
        message: "it would see one call where the retry makes several, or wait in its place: put the Retry first"
    )
    public static func buildPartialBlock<A: ResiliencePolicy>(
        accumulated outer: A, next inner: RetryStep
    ) -> PolicyChain<A, Retry, WithinRetry> where A.Placement == WithinRetry {
        PolicyChain(outer: outer, inner: inner.retry)
    }

    @inlinable
    public static func buildOptional<P: ResiliencePolicy>(_ policy: P?) -> OptionalPolicy<P> { OptionalPolicy(policy) }

    @inlinable
    public static func buildEither<A: ResiliencePolicy, B: ResiliencePolicy>(
        first policy: A
    ) -> EitherPolicy<A, B, B.Placement> where A.Placement == Anywhere {
        .first(policy)
    }

    @inlinable
    public static func buildEither<A: ResiliencePolicy, B: ResiliencePolicy>(
        first policy: A
    ) -> EitherPolicy<A, B, WithinRetry> where A.Placement == WithinRetry {
        .first(policy)
    }

    @inlinable
    public static func buildEither<A: ResiliencePolicy, B: ResiliencePolicy>(
        second policy: B
    ) -> EitherPolicy<A, B, A.Placement> where B.Placement == Anywhere {
        .second(policy)
    }

    @inlinable
    public static func buildEither<A: ResiliencePolicy, B: ResiliencePolicy>(
        second policy: B
    ) -> EitherPolicy<A, B, WithinRetry> where B.Placement == WithinRetry {
        .second(policy)
    }
}
