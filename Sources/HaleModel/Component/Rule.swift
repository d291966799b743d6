/// The numbered rules by which a state, a wait or a refusal is what it is. `hale explain` shows them.
public enum Rule: String, Codable, CaseIterable, Hashable, Sendable {
    case s1 = "S1"
    case s2 = "S2"
    case s5 = "S5"
    case s6 = "S6"
    case c1 = "C1"
    case c2 = "C2"
    case c3 = "C3"
    case c4 = "C4"
    case c5 = "C5"
    case c9 = "C9"
    case h1 = "H1"
    case h2 = "H2"
    case h3 = "H3"
    case h5 = "H5"
    case h8 = "H8"
    case h9 = "H9"

    /// The rule in one line.
    public var summary: String {
        switch self {
        case .s1: "failures in a row"
        case .s2: "successes after failures"
        case .s5: "limits: slow is not dead"
        case .s6: "the process, as the kernel sees it"
        case .c1: "the worst of its sources"
        case .c2: "start period"
        case .c3: "a remedy is at work, and evidence decides its success"
        case .c4: "given up until a person or good evidence comes"
        case .c5: "stopped on purpose"
        case .c9: "time across stalls, sleep and restarts"
        case .h1: "backoff between attempts"
        case .h2: "cooldown after a successful heal"
        case .h3: "limit of attempts in a sliding window"
        case .h5: "a dependency is not well"
        case .h8: "nothing limited runs before its intent is on disk"
        case .h9: "the store can't be written"
        }
    }
}
