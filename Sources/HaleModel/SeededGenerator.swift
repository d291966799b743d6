/// A small seeded generator of random numbers (SplitMix64, Steele, Lea and Flood, 2014): the same seed, the same numbers,
/// on every platform. Not for secrets.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable, Codable {
    public var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in 0 ..< 1.
    public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// The span times a factor drawn from `1 - part ... 1 + part`.
    public mutating func jittered(_ span: TimeSpan, by part: Double) -> TimeSpan {
        part == 0 ? span : span.scaled(by: 1 + part * (2 * unit() - 1))
    }

    /// True with the given probability.
    public mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }
}
