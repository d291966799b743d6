/// Why a remedy that is wanted does not run.
public enum SuppressionReason: String, Codable, CaseIterable, Hashable, Sendable {
    case cooldown
    case limit
    case blocked
    case budget
    case panic
    case paused
    case maintenance
    case store
    case owner
    case group
    case observe
    /// Hale has lost its network.
    case doubt
    /// The `beforeHeal` hook said no.
    case veto

    public var rule: Rule {
        switch self {
        case .cooldown: .h2
        case .limit: .h3
        case .blocked: .h5
        case .budget, .panic: .h4
        case .paused, .maintenance: .c6
        case .store: .h9
        case .owner: .h7
        case .group: .h6
        case .observe: .h10
        case .doubt: .c10
        case .veto: .c3
        }
    }
}
