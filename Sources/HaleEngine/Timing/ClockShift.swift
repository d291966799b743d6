internal import HaleModel

/// How instants in records of an earlier life of Hale read on the present boot clock (rule C9).
///
/// On the same boot the clock went on and nothing moves. After a reboot the elapsed time is the wall clock's difference,
/// but never negative, and stamps that would lie in the future count as now.
struct ClockShift: Sendable {
    let now: Moment
    private let offset: TimeSpan

    init(lastSeen: Moment, isSameBoot: Bool, now: Moment) {
        self.now = now
        if isSameBoot {
            offset = .zero
        } else {
            let elapsed = max(.zero, now.wall - lastSeen.wall)
            offset = (now.boot - elapsed) - lastSeen.boot
        }
    }

    /// A point in time that may lie ahead.
    func deadline(_ instant: Instant) -> Instant {
        instant == .distantFuture ? instant : instant + offset
    }

    /// A point in time that was.
    func stamp(_ instant: Instant) -> Instant { min(deadline(instant), now.boot) }

    func stamp(_ moment: Moment) -> Moment {
        Moment(boot: stamp(moment.boot), wall: min(moment.wall, now.wall))
    }
}
