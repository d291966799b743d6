/// What stands beside a component's state.
public enum Tag: String, Codable, CaseIterable, Hashable, Sendable {
    /// Neither checked nor healed, by hand.
    case paused
    /// Checked, but neither healed nor alerted, by hand.
    case maintenance
    /// Something it depends on is not well.
    case blocked
    /// Changing between usable and unusable all the time.
    case flapping
    /// Stopped on purpose.
    case stopped
    /// Its last result said nothing.
    case inconclusive
}
