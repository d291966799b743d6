/// The places of one component in the engine's table of deadlines.
struct ComponentSlots: Hashable, Codable, Sendable {
    /// One per track of healing.
    var heal: [Int]
    /// The forgiveness of attempts.
    var stable: Int
    /// The age of the heartbeat says something else.
    var beat: Int
    /// The windows of error rates move on.
    var rates: Int
    /// A maintenance ends.
    var hold: Int
    /// Flapping ends.
    var flapping: Int
    /// The patience of judgements ends.
    var judgement: Int
    /// A silence ends.
    var silence: Int
}
