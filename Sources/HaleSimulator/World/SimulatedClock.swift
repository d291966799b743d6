package import HaleModel

/// The clocks of the invented machine, read off one true time that never steps and never restarts.
package struct SimulatedClock: Sendable {
    /// True time since the simulation began.
    package private(set) var time: Instant = .zero
    private var booted: Instant
    private var wallOffset: TimeSpan
    /// Numbers the boots of the machine.
    package private(set) var boot = 1
    /// How far the wall clock was ever set forward: over a boot, Hale may believe that by so much more time has passed.
    package private(set) var setForward: TimeSpan = .zero

    static let firstDay = WallTime(nanoseconds: 1_767_225_600_000_000_000)  // 2026-01-01T00:00:00Z
    /// The machine has been up for this long when the simulation begins.
    static let uptime: TimeSpan = .hours(3)
    static let furthest: TimeSpan = .longest

    init() {
        booted = Instant.zero - Self.uptime
        wallOffset = .zero
    }

    package var bootID: String { "boot-\(boot)" }
    package var now: Moment { moment(at: time) }

    package func moment(at time: Instant) -> Moment {
        Moment(boot: Instant.zero + (time - booted), wall: Self.firstDay + ((time - .zero) + wallOffset))
    }

    /// The true time at which the boot clock shows an instant.
    package func time(ofBoot instant: Instant) -> Instant {
        instant == .distantFuture ? .distantFuture : booted + (instant - .zero)
    }

    mutating func advance(to time: Instant) { self.time = max(time, self.time) }

    /// No clock of a real machine shows a time further away than `furthest`; steps beyond it stop there.
    mutating func stepWall(by span: TimeSpan) {
        let stepped = (wallOffset + span).clamped(to: (.zero - Self.furthest)...Self.furthest)
        setForward = min(setForward + max(.zero, stepped - wallOffset), Self.furthest)
        wallOffset = stepped
    }

    /// The boot clock begins again, as if the machine had been switched on `ago`.
    mutating func reboot(_ ago: TimeSpan) {
        booted = time - ago
        boot += 1
    }
}
