package import HaleModel
import Synchronization

/// A clock of any kind behind one type: instants are nanoseconds since an origin of its own.
///
/// The continuous clock is a case of its own, because reading it through a closure would cost more than the reading.
package struct TimeSource: Sendable {
    /// A class, so that asking whether there is one copies nothing.
    private final class Custom: Sendable {
        let now: @Sendable () -> Instant
        let sleep: @Sendable (Instant) async throws -> Void
        /// The moment that the custom clock's origin stands for.
        let origin = ContinuousClock.now

        init(now: @escaping @Sendable () -> Instant, sleep: @escaping @Sendable (Instant) async throws -> Void) {
            self.now = now
            self.sleep = sleep
        }
    }

    private static let origin = ContinuousClock.now
    private let custom: Custom?

    package init(_ clock: any Clock<Duration>) {
        custom = clock is ContinuousClock ? nil : Self.reading(clock)
    }

    private static func reading<C: Clock>(_ clock: C) -> Custom where C.Duration == Duration {
        let origin = clock.now
        return Custom(
            now: { Instant(nanoseconds: TimeSpan(bounding: origin.duration(to: clock.now)).nanoseconds) },
            sleep: {
                try await clock.sleep(until: origin.advanced(by: .nanoseconds($0.nanoseconds)), tolerance: nil)
            })
    }

    package var now: Instant {
        if let custom { return custom.now() }
        return Instant(nanoseconds: TimeSpan(bounding: Self.origin.duration(to: ContinuousClock.now)).nanoseconds)
    }

    /// `now` for people: as far from the clock's origin as that clock says, whatever it is.
    package var timestamp: ContinuousClock.Instant {
        (custom?.origin ?? Self.origin).advanced(by: (now - .zero).duration)
    }

    package func sleep(until instant: Instant) async throws {
        if let custom { return try await custom.sleep(instant) }
        try await ContinuousClock().sleep(until: Self.origin.advanced(by: .nanoseconds(instant.nanoseconds)))
    }

    package func sleep(for span: TimeSpan) async throws {
        guard span > .zero else { return try Task.checkCancellation() }
        try await sleep(until: now + span)
    }
}

extension TimeSpan {
    private static let longestAttoseconds = Int128(TimeSpan.longest.nanoseconds) * 1_000_000_000

    /// The span in whole nanoseconds, within ±100 years whatever was asked for.
    package init(bounding duration: Duration) {
        let attoseconds = duration.attoseconds
        if attoseconds >= 0, attoseconds < Self.longestAttoseconds {
            // One division by a machine word; `components` takes two of 128 bits.
            let (high, low) = (UInt64(attoseconds >> 64), UInt64(truncatingIfNeeded: attoseconds))
            self.init(nanoseconds: Int64(UInt64(1_000_000_000).dividingFullWidth((high, low)).quotient))
            return
        }
        let bounded = attoseconds.clamped(to: -Self.longestAttoseconds...Self.longestAttoseconds)
        self.init(nanoseconds: Int64(bounded / 1_000_000_000))
    }

    /// The sum, or the longest span there is.
    func adding(_ other: TimeSpan) -> TimeSpan {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(other.nanoseconds)
        return overflow ? TimeSpan(nanoseconds: nanoseconds < 0 ? .min : .max) : TimeSpan(nanoseconds: sum)
    }
}

/// The random numbers of one policy: drawn from a seed, so that a test can repeat them.
package final class RandomSource: Sendable {
    private let generator: Mutex<SeededGenerator>

    package init(seed: UInt64?) {
        generator = Mutex(SeededGenerator(seed: seed ?? .random(in: .min ... .max)))
    }

    package func draw<Value>(_ body: (inout SeededGenerator) -> Value) -> Value {
        generator.withLock { random in body(&random) }
    }
}
