public import HaleModel

/// Remedies of the last hour: how many finished, and how many of those worked.
struct RecoveryTally: Codable, Sendable {
    private struct Finished: Codable {
        var at: Instant
        var worked: Bool
    }

    private var finished: [Finished] = []
    private var first = 0

    private static let window: TimeSpan = .hours(1)

    mutating func record(worked: Bool, at now: Instant) {
        finished.append(Finished(at: now, worked: worked))
        forget(at: now)
    }

    mutating func forget(at now: Instant) {
        while first < finished.count, now - finished[first].at >= Self.window { first += 1 }
        guard first > 1_024, first * 2 > finished.count else { return }
        finished.removeFirst(first)
        first = 0
    }

    func counts(at now: Instant) -> (finished: Int, worked: Int) {
        var finishedCount = 0
        var worked = 0
        for item in finished[first...] where now - item.at < Self.window {
            finishedCount += 1
            if item.worked { worked += 1 }
        }
        return (finishedCount, worked)
    }
}
