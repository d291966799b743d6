public import HaleModel

/// What holds for healing as a whole (H4, H10).
public struct HealingPolicy: Hashable, Codable, Sendable {
    public enum Mode: String, CaseIterable, Hashable, Codable, Sendable {
        case act
        /// Everything is decided and recorded, nothing is touched.
        case observe
    }

    /// Remedies between intent and `verifyAfter` at once. Default 3.
    public var concurrent: Int
    /// With more than this share of at least ten unblocked components down at once, remedies stop. Default 0.5.
    public var panicAbove: Double
    public var mode: Mode

    public init(concurrent: Int = 3, panicAbove: Double = 0.5, mode: Mode = .act) {
        self.concurrent = concurrent
        self.panicAbove = panicAbove
        self.mode = mode
    }

    /// With fewer components a share says nothing.
    static let panicMinimum = 10
}
