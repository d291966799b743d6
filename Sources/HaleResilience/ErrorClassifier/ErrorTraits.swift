/// What an error knows about itself. Each member may be left out.
///
/// ```swift
/// extension BankError: ErrorTraits {
///     var category: ErrorCategory? { self == .wrongPin ? .authentication : .api }
/// }
/// ```
public protocol ErrorTraits: Error {
    var category: ErrorCategory? { get }
    var severity: ErrorSeverity? { get }
    /// The status of an HTTP answer, from which the rest follows.
    var httpStatus: Int? { get }
    /// What the other side asked for, as in `Retry-After`.
    var retryAfter: Duration? { get }
    /// Overrides what follows from the category.
    var isRetryable: Bool? { get }
}

extension ErrorTraits {
    public var category: ErrorCategory? { nil }
    public var severity: ErrorSeverity? { nil }
    public var httpStatus: Int? { nil }
    public var retryAfter: Duration? { nil }
    public var isRetryable: Bool? { nil }
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
    /// What the other side asked for, or what the category recommends for a first wait.
    public var delay: Duration?

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
    fileprivate var standard: (severity: ErrorSeverity, retry: Bool, fallBack: Bool, opensCircuit: Bool) {
        switch self {
        case .network: (.medium, true, true, true)
        case .api: (.medium, true, true, true)
        case .rateLimit: (.low, true, true, false)
        case .authentication: (.high, false, true, false)
        case .resource: (.high, true, true, true)
        case .database: (.high, true, true, true)
        case .validation: (.low, false, false, false)
        case .timeout: (.medium, true, true, true)
        case .configuration: (.critical, false, true, false)
        case .unknown: (.medium, true, true, true)
        }
    }
}
