public import HaleModel

/// What the share of failed operations means (S4, S7).
public struct ErrorRatePolicy: Hashable, Codable, Sendable {
    /// The sliding window. Default 60 s.
    public var window: TimeSpan
    /// From this share on `degraded`. Default 0.05.
    public var degraded: Double
    /// From this share on `unhealthy`. Default 0.2.
    public var unhealthy: Double
    /// Beyond this share `down`. Default 0.5.
    public var down: Double
    /// Fewer operations in the window say nothing. Default 20.
    public var minimum: Int
    /// A usual latency beyond this is `degraded` (S5). Default: none.
    public var slow: TimeSpan?

    public init(
        window: TimeSpan = .seconds(60), degraded: Double = 0.05, unhealthy: Double = 0.2, down: Double = 0.5,
        minimum: Int = 20, slow: TimeSpan? = nil
    ) {
        self.window = window
        self.degraded = degraded
        self.unhealthy = unhealthy
        self.down = down
        self.minimum = minimum
        self.slow = slow
    }
}
