public import HaleModel

/// When a component counts as flapping (C7).
public struct FlappingPolicy: Hashable, Codable, Sendable {
    /// More changes between usable and unusable than this. Default 6.
    public var changes: Int
    /// Within this time; and after as long without a change it is over. Default 10 min.
    public var window: TimeSpan

    public init(changes: Int = 6, window: TimeSpan = .minutes(10)) {
        self.changes = changes
        self.window = window
    }
}
