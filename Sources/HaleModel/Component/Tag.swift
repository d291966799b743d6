/// What stands beside a component's state.
public enum Tag: String, Codable, CaseIterable, Hashable, Sendable {
    case blocked
    case stopped
}
