/// When something happened, on both clocks. It comes in with every input of the engine.
public struct Moment: Hashable, Sendable, Codable {
    public var boot: Instant
    public var wall: WallTime

    public init(boot: Instant, wall: WallTime) {
        self.boot = boot
        self.wall = wall
    }

    /// The same moment moved along both clocks.
    public func advanced(by span: TimeSpan) -> Moment {
        Moment(boot: boot + span, wall: wall + span)
    }
}
