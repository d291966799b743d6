/// A component that sends no alerts for a time.
public struct SilenceDocument: Codable, Hashable, Sendable {
    public var componentId: ComponentID
    public var until: String

    /// `nil` where it is not silenced.
    public init?(_ view: ComponentView) {
        guard let until = view.silencedUntil else { return nil }
        componentId = view.id
        self.until = "\(until)"
    }
}

/// A component that somebody works on.
public struct MaintenanceDocument: Codable, Hashable, Sendable {
    public var componentId: ComponentID
    /// `nil`: until it is resumed.
    public var until: String?

    /// `nil` where nobody does.
    public init?(_ view: ComponentView) {
        guard view.tags.contains(.maintenance) else { return nil }
        componentId = view.id
        until = view.heldUntil.map { "\($0)" }
    }
}

/// Whether anything is checked and healed at all.
public struct MonitoringDocument: Codable, Hashable, Sendable {
    public var running: Bool
    /// Since when it is not.
    public var stoppedAt: String?
    public var components: Int
    public var checks: Int

    public init(_ view: HealthView) {
        stoppedAt = view.system.monitoringStoppedAt.map { "\($0)" }
        running = stoppedAt == nil
        components = view.count
        checks = view.components.reduce(0) { $0 + $1.checks.count }
    }
}

/// A value in force and where it came from; secrets are hidden.
public struct SettingDocument: Codable, Hashable, Sendable {
    /// Such as `components.api.check.interval`.
    public var path: String
    public var value: JSONValue
    /// Such as `hale.yaml:12`.
    public var origin: String

    public init(path: String, value: JSONValue, origin: String) {
        self.path = path
        self.value = value
        self.origin = origin
    }
}
