internal import HaleModel

/// A source that is about to enter `down`, while what it depends on is looked at (C8).
struct Judgement: Codable, Sendable {
    enum Source: Hashable, Codable, Sendable {
        /// The failed result that is held back.
        case check(Int, CheckState.Ended)
        case startPeriod(Int)
        case silence
        case rates

        func isResult(of index: Int) -> Bool { key == 2 * index }
        func concerns(_ index: Int) -> Bool { key == 2 * index || key == 2 * index + 1 }

        /// One pending judgement for each.
        var key: Int {
            switch self {
            case .check(let index, _): 2 * index
            case .startPeriod(let index): 2 * index + 1
            case .silence: -1
            case .rates: -2
            }
        }
    }

    /// Past the time-out of what is waited for, until its result has arrived.
    static let grace: TimeSpan = .milliseconds(500)

    var source: Source
    /// Results have to have begun after this.
    var since: Instant
    var isRemote: Bool
    /// Waited for at most until here.
    var until: Instant
}
