/// What is known of one supervised process.
public struct InstanceView: Hashable, Sendable {
    public enum Phase: String, Hashable, Sendable {
        case idle
        case starting
        case running
        case stopping
        case exited
    }

    public var number: Int
    public var phase: Phase
    public var pid: Int32?
    public var since: WallTime?
    public var lastExit: ProcessExit?
    public var restarts: Int

    public init(number: Int, phase: Phase, pid: Int32?, since: WallTime?, lastExit: ProcessExit?, restarts: Int) {
        self.number = number
        self.phase = phase
        self.pid = pid
        self.since = since
        self.lastExit = lastExit
        self.restarts = restarts
    }
}
