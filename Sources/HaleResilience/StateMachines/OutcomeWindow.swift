public import HaleModel

/// What the last calls came to: over the last so many calls, or the last stretch of time in ten slices.
public struct OutcomeWindow: Hashable, Sendable, Codable {
    /// How far back a window looks. Less than one call, or no time, is one call, or the shortest time there is.
    public enum Extent: Hashable, Sendable, Codable {
        case calls(Int)
        case time(TimeSpan)
    }

    public struct Counts: Hashable, Sendable, Codable {
        public var calls = 0
        public var failures = 0
        public var slow = 0

        public init(calls: Int = 0, failures: Int = 0, slow: Int = 0) {
            self.calls = calls
            self.failures = failures
            self.slow = slow
        }
    }

    private struct Slice: Hashable, Sendable, Codable {
        var number: Int64
        var counts: Counts
    }

    private static let slicesPerWindow: Int64 = 10

    public let extent: Extent
    public private(set) var counts = Counts()
    /// One entry per call, oldest overwritten first (`.calls`).
    private var ring: [UInt8] = []
    private var next = 0
    /// At most eleven, oldest first (`.time`).
    private var slices: [Slice] = []

    public init(_ extent: Extent) { self.extent = extent }

    public mutating func record(failed: Bool, slow: Bool, at now: Instant) {
        switch extent {
        case .calls(let limit): push(UInt8(failed ? 1 : 0) | UInt8(slow ? 2 : 0), limit: max(limit, 1))
        case .time(let span):
            forget(before: now)
            let number = Self.slice(of: now, in: span)
            if slices.last?.number != number { slices.append(Slice(number: number, counts: Counts())) }
            slices[slices.count - 1].counts.add(failed: failed, slow: slow, times: 1)
            counts.add(failed: failed, slow: slow, times: 1)
        }
    }

    /// Many calls at once, as they are counted elsewhere.
    public mutating func record(calls: Int, failures: Int, at now: Instant) {
        guard calls > 0 else { return }
        switch extent {
        case .calls(let limit):
            for index in 0..<min(calls, limit) { push(index < failures ? 1 : 0, limit: limit) }
        case .time(let span):
            forget(before: now)
            let number = Self.slice(of: now, in: span)
            if slices.last?.number != number { slices.append(Slice(number: number, counts: Counts())) }
            slices[slices.count - 1].counts.calls += calls
            slices[slices.count - 1].counts.failures += failures
            counts.calls += calls
            counts.failures += failures
        }
    }

    /// Drops what is older than the window. A no-op for a window of calls.
    public mutating func forget(before now: Instant) {
        guard case .time(let span) = extent else { return }
        let oldest = Self.slice(of: now, in: span) - Self.slicesPerWindow
        while let first = slices.first, first.number <= oldest {
            counts.calls -= first.counts.calls
            counts.failures -= first.counts.failures
            counts.slow -= first.counts.slow
            slices.removeFirst()
        }
    }

    private mutating func push(_ outcome: UInt8, limit: Int) {
        if ring.count < limit {
            ring.append(outcome)
        } else {
            counts.add(failed: ring[next] & 1 != 0, slow: ring[next] & 2 != 0, times: -1)
            ring[next] = outcome
            next = (next + 1) % limit
        }
        counts.add(failed: outcome & 1 != 0, slow: outcome & 2 != 0, times: 1)
    }

    private static func slice(of instant: Instant, in span: TimeSpan) -> Int64 {
        instant.nanoseconds / max(span.nanoseconds / slicesPerWindow, 1)
    }
}

extension OutcomeWindow.Counts {
    fileprivate mutating func add(failed: Bool, slow: Bool, times: Int) {
        calls += times
        if failed { failures += times }
        if slow { self.slow += times }
    }
}
