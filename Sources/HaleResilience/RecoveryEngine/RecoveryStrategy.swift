/// A repair of your own: it removes the reason of an error, and the operation is then tried again.
///
/// ```swift
/// struct SwitchSite: RecoveryStrategy {
///     func canRecover(from context: ErrorContext) -> Bool { context.category == .configuration }
///     func recover(from context: ErrorContext) async throws { try await site.switchTo("1.0") }
/// }
/// ```
public protocol RecoveryStrategy: Sendable {
    /// For statistics and messages. Default: the name of the type.
    var name: String { get }
    func canRecover(from context: ErrorContext) -> Bool
    /// Throws if the repair failed.
    func recover(from context: ErrorContext) async throws
}

extension RecoveryStrategy {
    public var name: String { "\(Self.self)" }
}

/// What a recovery did.
public enum RecoveryAction: Hashable, Sendable, CustomStringConvertible {
    case retry, circuitBreaker, fallback, rollback
    case strategy(String)
    case none

    public var description: String {
        switch self {
        case .retry: "retry"
        case .circuitBreaker: "circuit_breaker"
        case .fallback: "fallback"
        case .rollback: "rollback"
        case .strategy(let name): "strategy:\(name)"
        case .none: "none"
        }
    }
}

/// How one recovery went.
public struct RecoveryResult: Sendable {
    /// Whether the caller got its value in the end.
    public let success: Bool
    /// What brought it about, or was tried last.
    public let action: RecoveryAction
    public let context: ErrorContext
    /// Calls of the operation, the failed first one counted.
    public let attempts: Int
    public let duration: Duration
    public let resolvedAt: ContinuousClock.Instant
    public let message: String
    public let metadata: [String: String]
}

/// What the recoveries of an engine came to.
public struct RecoveryStatistics: Hashable, Sendable {
    public struct Counts: Hashable, Sendable {
        public var total = 0
        public var successful = 0

        public var failed: Int { total - successful }
        /// 0…1; `nil` if there was none.
        public var successRate: Double? { total == 0 ? nil : Double(successful) / Double(total) }

        mutating func add(_ success: Bool) {
            total += 1
            if success { successful += 1 }
        }
    }

    public private(set) var all = Counts()
    public private(set) var byAction: [RecoveryAction: Counts] = [:]
    public private(set) var byComponent: [String: Counts] = [:]
    private var time = Duration.zero

    public var total: Int { all.total }
    public var successful: Int { all.successful }
    public var failed: Int { all.failed }
    public var successRate: Double? { all.successRate }
    public var meanDuration: Duration? { total == 0 ? nil : time / total }

    mutating func add(_ result: RecoveryResult) {
        all.add(result.success)
        byAction[result.action, default: Counts()].add(result.success)
        byComponent[result.context.component, default: Counts()].add(result.success)
        time += result.duration
    }
}
