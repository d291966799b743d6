public import HaleModel

/// A component that a person holds (C6).
public enum Hold: Hashable, Codable, Sendable {
    /// Neither checked nor healed; its state stays.
    case paused
    /// Checked, but neither healed nor alerted.
    case maintenance(until: Instant?)

    var tag: Tag {
        switch self {
        case .paused: .paused
        case .maintenance: .maintenance
        }
    }

    var suppression: SuppressionReason {
        switch self {
        case .paused: .paused
        case .maintenance: .maintenance
        }
    }

    var until: Instant? {
        switch self {
        case .paused: nil
        case .maintenance(let until): until
        }
    }

    func rebased(_ clock: ClockShift) -> Hold {
        switch self {
        case .paused: .paused
        case .maintenance(let until): .maintenance(until: until.map(clock.deadline))
        }
    }
}
