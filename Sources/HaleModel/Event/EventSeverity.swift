/// How an event is shown.
public enum EventSeverity: String, Codable, CaseIterable, Hashable, Sendable {
    /// Red.
    case failure
    /// Yellow, and it wants attention.
    case warning
    /// Green.
    case recovery
    /// Yellow.
    case change
    /// Blue.
    case info
}
