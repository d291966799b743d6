public import HaleModel

/// All that the engine is ever told, with the moment it happened.
public enum Input: Hashable, Codable, Sendable {
    /// Hale has started: what the keepers report of processes that lived on.
    case started(StartReport)
    case checkFinished(run: UInt64, component: ComponentID, check: String, HealthCheckResult)
    case processChanged(ProcessReport)
    case remedyFinished(attempt: UInt64, component: ComponentID, RemedyOutcome)
    /// The remedy of an intent that could not be made durable, and so was not run (H9); nor will any later limited effect
    /// of the same attempt be.
    case remedyRefused(attempt: UInt64, component: ComponentID, reason: String)
    case storeTrouble(String?)
    case heartbeat(Heartbeat)
    /// A beat came and could not be read: an event, not a death (S3).
    case heartbeatUnreadable(component: ComponentID, reason: String)
    case operations(OperationCounts)
    /// Somebody else owns the component, or nobody but Hale does any more (H7).
    case ownership(component: ComponentID, owner: String?)
    case hookFinished(id: UInt64, component: ComponentID, RemedyOutcome)
    /// `by`: the name of the token with which it was given; `nil` where none was needed.
    case order(id: UInt64, OperatorOrder, by: String? = nil)
    /// A deadline may have come.
    case tick
}

/// What is known when Hale starts.
public struct StartReport: Hashable, Codable, Sendable {
    public var version: String
    /// The kernel's id of this boot.
    public var bootID: String
    public var processes: [ProcessReport]
    /// Where the damaged database was moved to, if it had to be.
    public var storeSetAside: String?

    public init(version: String, bootID: String, processes: [ProcessReport], storeSetAside: String? = nil) {
        self.version = version
        self.bootID = bootID
        self.processes = processes
        self.storeSetAside = storeSetAside
    }
}
