/// Why a remedy that is wanted does not run.
public enum SuppressionReason: String, Codable, CaseIterable, Hashable, Sendable {
    case cooldown
    case limit
    case blocked
    case store

    public var rule: Rule {
        switch self {
        case .cooldown: .h2
        case .limit: .h3
        case .blocked: .h5
        case .store: .h9
        }
    }
}
