public import HaleModel

/// What the age of the last heartbeat means (S3).
public struct HeartbeatPolicy: Hashable, Codable, Sendable {
    /// Older than this is `degraded`. Default 45 s.
    public var late: TimeSpan
    /// Older than this is `unhealthy`. Default 90 s.
    public var missing: TimeSpan
    /// Older than this is `down`. Default 180 s.
    public var dead: TimeSpan
    /// Silence means death even while an active check succeeds. Default false.
    public var isAuthoritative: Bool
    /// Whether beats come over a network that Hale may lose (C10). Default true.
    public var isRemote: Bool
    /// Until when silence after a start says nothing. Default: `dead`.
    public var startPeriod: TimeSpan
    public var thresholds: SourceState.Thresholds

    public init(
        late: TimeSpan = .seconds(45), missing: TimeSpan = .seconds(90), dead: TimeSpan = .seconds(180),
        isAuthoritative: Bool = false, isRemote: Bool = true, startPeriod: TimeSpan? = nil,
        thresholds: SourceState.Thresholds = .init()
    ) {
        self.late = late
        self.missing = missing
        self.dead = dead
        self.isAuthoritative = isAuthoritative
        self.isRemote = isRemote
        self.startPeriod = startPeriod ?? dead
        self.thresholds = thresholds
    }
}
