/// One process of this machine at one moment.
struct RunningProcess: Hashable, Sendable {
    /// Tells a process from another that got its number later.
    struct Identity: Hashable, Sendable {
        var pid: Int32
        /// Since the start of the system, in its own ticks.
        var start: UInt64
    }

    var identity: Identity
    /// As the system has it, cut off after 15 bytes on Linux.
    var name: String
    /// The file name of the program as it was called, `argv[0]` without its folder.
    var program: String?
    var residentBytes: Int
    /// Seconds of processor time since its start.
    var cpuSeconds: Double

    func isCalled(_ name: String) -> Bool { self.name == name || program == name }
}
