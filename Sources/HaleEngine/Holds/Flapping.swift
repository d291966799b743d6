public import HaleModel

/// How often a component changed between usable and unusable lately (C7).
public struct Flapping: Hashable, Codable, Sendable {
    private var changes: [Instant] = []
    public private(set) var isFlapping = false

    /// Takes a change in; returns whether flapping began with it.
    mutating func changed(_ policy: FlappingPolicy, at now: Instant) -> Bool {
        changes.removeAll { now - $0 > policy.window }
        changes.append(now)
        if changes.count > policy.changes + 1 { changes.removeFirst() }
        guard !isFlapping, changes.count > policy.changes else { return false }
        isFlapping = true
        return true
    }

    /// When it is over, if nothing changes.
    func end(_ policy: FlappingPolicy) -> Instant? { isFlapping ? changes.last.map { $0 + policy.window } : nil }

    mutating func calm() {
        isFlapping = false
        changes.removeAll()
    }

    mutating func rebase(_ clock: ClockShift) { changes = changes.map(clock.stamp) }
}
