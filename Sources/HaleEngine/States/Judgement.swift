internal import HaleModel

/// A source that is about to enter `down`, while what it depends on is looked at (C8).
struct Judgement: Sendable {
    enum Source: Hashable, Sendable {
        /// The failed result that is held back.
        case check(Int, CheckState.Run, HealthCheckResult)
        case startPeriod(Int)
        case silence
        case rates

        var key: Int {
            switch self {
            case .check(let index, _, _), .startPeriod(let index): index
            case .silence: -1
            case .rates: -2
            }
        }
    }

    var source: Source
    /// Results have to have begun after this.
    var since: Instant
    var isRemote: Bool
    /// Waited for at most until here.
    var until: Instant
}
