/// One way to an answer, with what guards it.
public struct Alternative<Input: Sendable, Value: Sendable>: Sendable {
    public let name: String
    let run: @Sendable (Input) async throws -> Value

    public init(_ name: String, _ run: @escaping @Sendable (Input) async throws -> Value) {
        self.name = name
        self.run = run
    }

    /// An alternative behind a breaker, a time-out or a whole ``Policy`` of its own.
    public init(
        _ name: String, guardedBy policy: some ResiliencePolicy,
        _ run: @escaping @Sendable (Input) async throws -> Value
    ) {
        self.init(name) { input in try await policy.execute { try await run(input) } }
    }
}

/// Tries one alternative after the other until one answers.
///
/// ```swift
/// let complete = Fallback("completion") {
///     Alternative("cluster", guardedBy: breaker) { (prompt: String) in try await cluster.complete(prompt) }
///     Alternative("cloud", guardedBy: Timeout(.seconds(20))) { prompt in try await cloud.complete(prompt) }
///     Alternative("canned") { _ in "Please try again in a minute." }
/// }
/// let answer = try await complete("Hello")
/// ```
///
/// If none answers, ``FallbackFailed`` carries what became of each. Cancellation ends the search, and so does a
/// `CancellationError` that an alternative throws for a reason of its own.
public struct Fallback<Input: Sendable, Value: Sendable>: Sendable {
    public let name: String
    public let alternatives: [Alternative<Input, Value>]
    private let shouldFallBack: @Sendable (any Error) -> Bool
    private let events: ResilienceEvents

    /// - Parameter shouldFallBack: false for errors that no other alternative would cure, which are thrown as they are.
    ///   Default: what the ``ErrorClassifier`` advises.
    public init(
        _ name: String = "fallback",
        when shouldFallBack: (@Sendable (any Error) -> Bool)? = nil,
        events: ResilienceEvents = .shared,
        @AlternativesBuilder<Input, Value> _ alternatives: () -> [Alternative<Input, Value>]
    ) {
        self.name = name
        self.alternatives = alternatives()
        self.shouldFallBack = shouldFallBack ?? { ErrorClassifier.current.advice(for: $0).fallBack }
        self.events = events
        precondition(!self.alternatives.isEmpty, "fallback \(name) has no alternative, expected at least one")
    }

    /// The value, and which way it came.
    public struct Outcome: Sendable {
        public let value: Value
        public let alternative: String
        /// What was tried before.
        public let failures: [FailedAlternative]
    }

    public func callAsFunction(_ input: Input) async throws -> Value { try await outcome(for: input).value }

    public func outcome(for input: Input) async throws -> Outcome {
        var failures: [FailedAlternative] = []
        for alternative in alternatives {
            if let last = failures.last {
                events.publish(name, .fellBack(to: alternative.name, cause: last.error))
            }
            do {
                return Outcome(
                    value: try await alternative.run(input), alternative: alternative.name, failures: failures)
            } catch let error where !endsTheCall(error) && shouldFallBack(error) {
                failures.append(FailedAlternative(name: alternative.name, error: error))
            }
        }
        throw FallbackFailed(fallback: name, failures: failures)
    }
}

extension Fallback where Input == Void {
    public func callAsFunction() async throws -> Value { try await outcome(for: ()).value }
}

@resultBuilder
public enum AlternativesBuilder<Input: Sendable, Value: Sendable> {
    public static func buildExpression(_ alternative: Alternative<Input, Value>) -> [Alternative<Input, Value>] {
        [alternative]
    }
    public static func buildBlock(_ parts: [Alternative<Input, Value>]...) -> [Alternative<Input, Value>] {
        parts.flatMap { $0 }
    }
    public static func buildOptional(_ part: [Alternative<Input, Value>]?) -> [Alternative<Input, Value>] { part ?? [] }
    public static func buildEither(first: [Alternative<Input, Value>]) -> [Alternative<Input, Value>] { first }
    public static func buildEither(second: [Alternative<Input, Value>]) -> [Alternative<Input, Value>] { second }
    public static func buildArray(_ parts: [[Alternative<Input, Value>]]) -> [Alternative<Input, Value>] {
        parts.flatMap { $0 }
    }
}
