/// What is known of the heartbeats of one component.
public struct HeartbeatView: Hashable, Sendable {
    public var level: SourceLevel
    public var cause: Cause
    /// `nil`: never heard.
    public var last: WallTime?
    public var message: String?
    public var progress: Double?
    public var total: UInt64

    public init(
        level: SourceLevel, cause: Cause, last: WallTime?, message: String?, progress: Double?, total: UInt64
    ) {
        self.level = level
        self.cause = cause
        self.last = last
        self.message = message
        self.progress = progress
        self.total = total
    }
}
