import HaleModel

/// What a segment of a recording says of itself.
struct SegmentHeader: Codable, Hashable, Sendable {
    /// The version of Hale whose engine decided.
    var hale: String
    /// Which life of the daemon it belongs to.
    var run: UInt64
    /// Its place among the segments.
    var number: Int
    /// Whether the snapshot is the state at the end of the segment before.
    var continues: Bool
    /// When the snapshot was taken.
    var began: Moment
    /// How many components the snapshot has.
    var components: Int
}
