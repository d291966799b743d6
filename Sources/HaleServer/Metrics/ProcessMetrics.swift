import Foundation
import HaleModel

/// What the system knows of Hale's own process.
struct ProcessMetrics {
    var cpu: Double
    var residentBytes: Double
    var virtualBytes: Double
    var openDescriptors: Double
    var maxDescriptors: Double
    var start: Double

    func write(_ text: inout MetricsText) {
        text.counter("process_cpu_seconds", "Processor time that Hale has taken.", [([:], cpu)])
        text.gauge("process_resident_memory_bytes", "Memory that Hale occupies.", [([:], residentBytes)])
        text.gauge("process_virtual_memory_bytes", "Addresses that Hale occupies.", [([:], virtualBytes)])
        text.gauge("process_open_fds", "Descriptors that are open.", [([:], openDescriptors)])
        text.gauge("process_max_fds", "Descriptors that may be open.", [([:], maxDescriptors)])
        text.gauge("process_start_time_seconds", "When Hale started, since 1970.", [([:], start)])
    }

    #if os(Linux)
        /// `nil` where `/proc` does not tell.
        static var own: ProcessMetrics? {
            guard let stat = read("/proc/self/stat"), let end = stat.lastIndex(of: ")"), let boot = bootTime else {
                return nil
            }
            // From the third field on: see proc(5).
            let fields = stat[end...].split(separator: " ").dropFirst().map { Double($0) ?? 0 }
            guard fields.count > 21 else { return nil }
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? 0
            return ProcessMetrics(
                cpu: (fields[11] + fields[12]) / ticks,
                residentBytes: fields[21] * Double(sysconf(Int32(_SC_PAGESIZE))),
                virtualBytes: fields[20], openDescriptors: Double(descriptors),
                maxDescriptors: Double(ConnectionLimits.descriptors), start: boot + fields[19] / ticks)
        }

        private static let bootTime: Double? = read("/proc/stat")?.split(separator: "\n")
            .first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }

        private static func read(_ path: String) -> String? {
            FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        }
    #else
        static var own: ProcessMetrics? { nil }
    #endif
}
