package import HaleModel

/// What a policy decided about one component.
package struct PolicyTally: Hashable, Sendable {
    /// The recorded policy's beside the other's.
    package struct Pair: Hashable, Sendable {
        package var actual = PolicyTally()
        package var other = PolicyTally()
    }

    /// Remedies that began.
    package var attempts = 0
    /// Remedies that were wanted and held back, once for each reason that was told.
    package var suppressed = 0
    package var stateChanges = 0
    /// How often it was lost: changes to `down` or `failed`.
    package var losses = 0
    package var givenUp = 0
    /// All that was told of it.
    package var events = 0

    mutating func count(_ event: Event) {
        events += 1
        switch event.kind {
        case .healStarted: attempts += 1
        case .healSuppressed: suppressed += 1
        case .gaveUp: givenUp += 1
        case .stateChanged:
            stateChanges += 1
            if case .string(let to)? = event.details["to"],
                to == HealthState.down.rawValue || to == HealthState.failed.rawValue
            {
                losses += 1
            }
        default: break
        }
    }

    /// The remedies that began, on both sides, and what was lost: in order, up to a bound.
    package struct Attempts: Hashable, Sendable {
        package struct Entry: Hashable, Sendable {
            package var isOther: Bool
            package var event: Event
        }

        package private(set) var entries: [Entry] = []
        /// So many more there were.
        package private(set) var dropped = 0

        package static let capacity = 10_000

        mutating func note(_ event: Event, isOther: Bool) {
            switch event.kind {
            case .healStarted, .healSuppressed, .gaveUp, .stateChanged, .healFailed, .healSucceeded: break
            default: return
            }
            if entries.count < Self.capacity {
                entries.append(Entry(isOther: isOther, event: event))
            } else {
                dropped += 1
            }
        }
    }
}
