/// What an error knows about itself. Each member may be left out.
///
/// ```swift
/// struct WrongPin: ErrorTraits {
///     var category: ErrorCategory? { .authentication }
/// }
/// ```
public protocol ErrorTraits: Error {
    var category: ErrorCategory? { get }
    var severity: ErrorSeverity? { get }
    /// The status of an HTTP answer, from which the rest follows.
    var httpStatus: Int? { get }
    /// What the other side asked for, as in `Retry-After`.
    var retryAfter: Duration? { get }
    /// Whether trying again may help, if not as follows from the category.
    var isRetryable: Bool? { get }
    /// Whether another way may help, if not as follows from the category.
    var fallBack: Bool? { get }
    /// Whether a breaker should count it, if not as follows from the category.
    var opensCircuit: Bool? { get }
}

extension ErrorTraits {
    public var category: ErrorCategory? { nil }
    public var severity: ErrorSeverity? { nil }
    public var httpStatus: Int? { nil }
    public var retryAfter: Duration? { nil }
    public var isRetryable: Bool? { nil }
    public var fallBack: Bool? { nil }
    public var opensCircuit: Bool? { nil }
}

public enum ErrorCategory: String, Hashable, Sendable, Codable, CaseIterable {
    case network, api, rateLimit, authentication, resource, database, validation, timeout, configuration, unknown
}

public enum ErrorSeverity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case low, medium, high, critical

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }

    public static func < (a: ErrorSeverity, b: ErrorSeverity) -> Bool { a.rank < b.rank }
}

/// What an error is, and what to do about it.
public struct ErrorAdvice: Hashable, Sendable, Codable {
    public var category: ErrorCategory
    public var severity: ErrorSeverity
    /// May trying again help?
    public var retry: Bool
    /// May another way to the answer help?
    public var fallBack: Bool
    /// Does it speak against the other side, so that a breaker should count it?
    public var opensCircuit: Bool
    /// What the other side, or a rule, asked for. A ``Retry`` waits no shorter.
    public var delay: Duration?
    /// For a first wait: `delay`, or what is usual in the category; `nil` if trying again can't help.
    public var recommendedDelay: Duration? { retry ? delay ?? category.standard.delay : nil }

    public init(
        _ category: ErrorCategory, severity: ErrorSeverity? = nil, retry: Bool? = nil, fallBack: Bool? = nil,
        opensCircuit: Bool? = nil, delay: Duration? = nil
    ) {
        let standard = category.standard
        self.category = category
        self.severity = severity ?? standard.severity
        self.retry = retry ?? standard.retry
        self.fallBack = fallBack ?? standard.fallBack
        self.opensCircuit = opensCircuit ?? standard.opensCircuit
        self.delay = delay
    }
}

extension ErrorCategory {
    fileprivate typealias Standard = (
        severity: ErrorSeverity, retry: Bool, fallBack: Bool, opensCircuit: Bool, delay: Duration
    )

    /// The delays suit what has to pass: a lost packet, a full pool, a used-up minute.
    fileprivate var standard: Standard {
        switch self {
        case .network: (.medium, true, true, true, .seconds(1))
        case .api: (.medium, true, true, true, .seconds(2))
        case .rateLimit: (.low, true, true, false, .seconds(60))
        case .authentication: (.high, false, true, false, .seconds(1))
        case .resource: (.high, true, true, true, .seconds(5))
        case .database: (.high, true, true, true, .seconds(2))
        case .validation: (.low, false, false, false, .seconds(1))
        case .timeout: (.medium, true, true, true, .seconds(2))
        case .configuration: (.critical, false, true, false, .seconds(1))
        case .unknown: (.medium, true, true, true, .seconds(1))
        }
    }
}
