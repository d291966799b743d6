/// Says of any error what it is and what to do about it.
///
/// ```swift
/// let classifier = ErrorClassifier(.init(Overloaded.self) { _ in ErrorAdvice(.resource, delay: .seconds(5)) })
/// print(classifier.advice(for: Overloaded()).recommendedDelay as Any)
///
/// let retry = Retry("search", deciding: classifier.decision)
/// let breaker = CircuitBreaker("search", judging: classifier.verdict)
/// ```
///
/// Asked in this order: rules of your own, the last added first; the library's own errors; ``ErrorTraits``; errors of
/// well-known packages, by the names of their types, so that none of those packages is needed here; else `unknown`.
public struct ErrorClassifier: Sendable {
    /// Recognises some errors.
    public struct Rule: Sendable {
        let advice: @Sendable (any Error) -> ErrorAdvice?

        /// `Rule(BankError.self) { $0 == .closed ? ErrorAdvice(.api, retry: false) : nil }`
        public init<Failure: Error>(
            _ type: Failure.Type = Failure.self, _ advice: @escaping @Sendable (Failure) -> ErrorAdvice?
        ) {
            self.advice = { error in (error as? Failure).flatMap(advice) }
        }
    }

    public static let standard = ErrorClassifier()

    /// The one that policies ask which are not given another: within a ``RecoveryEngine`` its own, else ``standard``.
    @TaskLocal static var current = standard

    private var rules: [Rule] = []

    public init(_ rules: Rule...) { self.rules = rules.reversed() }

    /// The classifier with one more rule, asked before those it has.
    public func adding(_ rule: Rule) -> ErrorClassifier {
        var copy = self
        copy.rules.insert(rule, at: 0)
        return copy
    }

    public func advice(for error: any Error) -> ErrorAdvice {
        for rule in rules {
            if let advice = rule.advice(error) { return advice }
        }
        return ownAdvice(for: error) ?? Self.traitAdvice(for: error) ?? WellKnownErrors.advice(for: error)
            ?? ErrorAdvice(.unknown)
    }

    public func category(of error: any Error) -> ErrorCategory { advice(for: error).category }

    private func ownAdvice(for error: any Error) -> ErrorAdvice? {
        switch error {
        case is CancellationError: .cancelled
        case is TimeoutError: ErrorAdvice(.timeout)
        case is CircuitOpenError: ErrorAdvice(.resource, severity: .medium, retry: false, opensCircuit: false)
        case let error as RateLimitedError: ErrorAdvice(.rateLimit, delay: error.retryAfter)
        case is BulkheadFullError: ErrorAdvice(.resource, severity: .medium, opensCircuit: false)
        case let error as any RejectionError: ErrorAdvice(.resource, opensCircuit: false, delay: error.retryAfter)
        case is InvalidLimit: ErrorAdvice(.configuration)
        case let error as FallbackFailed:
            error.failures.last.map { advice(for: $0.error) } ?? ErrorAdvice(.unknown)
        case let error as RollbackFailed:
            ErrorAdvice(category(of: error.cause), severity: .critical, retry: false, fallBack: false)
        default: nil
        }
    }

    private static func traitAdvice(for error: any Error) -> ErrorAdvice? {
        guard let traits = error as? any ErrorTraits else { return nil }
        var advice = traits.httpStatus.map { ErrorAdvice(httpStatus: $0) } ?? ErrorAdvice(traits.category ?? .unknown)
        if let category = traits.category, category != advice.category { advice = ErrorAdvice(category) }
        advice.severity = traits.severity ?? advice.severity
        advice.retry = traits.isRetryable ?? advice.retry
        advice.fallBack = traits.fallBack ?? advice.fallBack
        advice.opensCircuit = traits.opensCircuit ?? advice.opensCircuit
        advice.delay = traits.retryAfter ?? advice.delay
        return advice
    }
}

extension ErrorAdvice {
    /// The caller changed its mind: nobody is to blame, nothing is to be done.
    static let cancelled = ErrorAdvice(.unknown, severity: .low, retry: false, fallBack: false, opensCircuit: false)

    /// What an HTTP status says.
    public init(httpStatus status: Int, retryAfter: Duration? = nil) {
        switch status {
        case 401, 403, 407: self.init(.authentication)
        case 408, 504: self.init(.timeout)
        case 425: self.init(.api, opensCircuit: false)
        case 429: self.init(.rateLimit)
        case 501, 505: self.init(.configuration, severity: .high)
        case 503, 507, 529: self.init(.resource)
        case 400..<500: self.init(.validation)
        case 500..<600: self.init(.api)
        default: self.init(.unknown)
        }
        delay = retryAfter
    }
}
