public import HaleModel

/// What is on disk, and what the engine is restored from.
public enum Record: Hashable, Codable, Sendable {
    case engine(EngineRecord)
    case component(ComponentRecord)
    case removed(ComponentID)
    /// The history of attempts; the present one is part of its component's record.
    case intent(Intent)
}

/// What belongs to no component.
public struct EngineRecord: Hashable, Codable, Sendable {
    public internal(set) var bootID: String
    public internal(set) var lastSeen: Moment
    public internal(set) var nextID: UInt64
    public internal(set) var lastEvent: EventID
    public internal(set) var monitoringStoppedAt: WallTime?
}

/// All of one component that outlives Hale.
public struct ComponentRecord: Hashable, Codable, Sendable {
    public internal(set) var id: ComponentID
    public internal(set) var state: HealthState
    public internal(set) var since: WallTime
    public internal(set) var cause: Cause
    public internal(set) var lastUsable: Bool?
    public internal(set) var isStopped: Bool
    public internal(set) var checks: [CheckMemory]
    public internal(set) var processes: [ProcessState]
    public internal(set) var tracks: [HealTrack]
    public internal(set) var stableSince: Instant?
    public internal(set) var heartbeat: HeartbeatState?
    public internal(set) var hold: Hold?
    public internal(set) var flapping: Flapping
    public internal(set) var restartsFor: ComponentID?
    public internal(set) var acknowledgement: String?
    public internal(set) var silencedUntil: Instant?
    /// What a person said about automatic healing.
    public internal(set) var autoHeal: Bool?
}
