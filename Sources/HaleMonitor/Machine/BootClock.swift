import Foundation
package import HaleModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The clocks of this machine.
package enum BootClock {
    /// Now: on the boot clock, which counts the time that the machine was suspended, and on the wall clock.
    package static func now() -> Moment {
        Moment(boot: Instant(nanoseconds: read(bootClock)), wall: WallTime(nanoseconds: read(CLOCK_REALTIME)))
    }

    #if os(Linux)
        private static let bootClock = CLOCK_BOOTTIME
    #else
        private static let bootClock = CLOCK_MONOTONIC
    #endif

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// What tells this boot of the machine from every other.
    static var bootID: String {
        #if os(Linux)
            if let data = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") {
                return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            }
        #endif
        let moment = now()
        return "booted at \((moment.wall.nanoseconds - moment.boot.nanoseconds) / 10_000_000_000)"
    }
}
