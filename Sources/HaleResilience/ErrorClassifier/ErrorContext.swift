/// An error with all that is known around it, for logs, strategies and people.
public struct ErrorContext: Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits, random.
    public let id: String
    /// On the clock that counts on while the machine sleeps; `HaleResilienceFoundation` turns it into a `Date`.
    public let time: ContinuousClock.Instant
    public var component: String
    public var operation: String
    public var advice: ErrorAdvice
    public var message: String
    public var requestID: String?
    public var userID: String?
    public var metadata: [String: String]
    public var underlying: any Error

    public var category: ErrorCategory { advice.category }
    public var severity: ErrorSeverity { advice.severity }

    public init(
        _ error: any Error, component: String, operation: String, requestID: String? = nil, userID: String? = nil,
        metadata: [String: String] = [:], classifier: ErrorClassifier = .standard, id: String = ErrorContext.randomID(),
        time: ContinuousClock.Instant = .now
    ) {
        self.id = id
        self.time = time
        self.component = component
        self.operation = operation
        self.advice = classifier.advice(for: error)
        self.message = "\(error)"
        self.requestID = requestID
        self.userID = userID
        self.metadata = metadata
        self.underlying = error
    }

    public static func randomID() -> String {
        func digits(_ word: UInt64) -> String { String(word, radix: 16, width: 16) }
        return digits(.random(in: .min ... .max)) + digits(.random(in: .min ... .max))
    }

    public var description: String {
        "\(component).\(operation): \(message) [\(category.rawValue), \(severity.rawValue), \(id)]"
    }
}
