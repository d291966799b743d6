public import HaleModel

/// One attempt to heal, from its durable intent to its outcome.
public struct HealAttempt: Hashable, Codable, Sendable {
    /// Where the attempt stands. asking → stopping → settling → commanding → starting → verifying; what a remedy has no use for is
    /// passed over.
    public enum Step: Hashable, Codable, Sendable {
        /// The `beforeHeal` hook has been asked.
        case asking(hook: UInt64)
        case stopping
        case settling(until: Instant)
        case commanding
        case starting
        case verifying(until: Instant)
    }

    public internal(set) var intent: Intent
    public internal(set) var step: Step
    /// Tried once more after Hale had given up; its failure is no news.
    public internal(set) var isRetryOfFailed = false
    /// Not for lost health: a dependency was lost and is back, and the edge says `restart`. The ladder does not count it.
    public internal(set) var isForDependency = false

    public var id: UInt64 { intent.id }

    /// How long the command or handler of this attempt may go on.
    func commandTimeout(_ policy: HealPolicy?) -> TimeSpan {
        guard let policy else { return .zero }
        return policy.rungs[min(intent.rung, policy.rungs.count - 1)].remedy.timeout ?? .zero
    }
}
