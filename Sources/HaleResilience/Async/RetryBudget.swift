import Synchronization

/// Bounds retries to a part of the calls, shared by everything that talks to the same other side.
///
/// Each call puts `ratio` of a token in, each retry takes one out; `reserve` tokens are there at the beginning and are the
/// most that can be saved up beyond a hundred calls' worth. So over any time: retries ≤ ratio × calls + reserve.
public final class RetryBudget: Sendable {
    private static let unit = 1_000_000

    /// The part of the calls that may be retried, 0…1.
    public let ratio: Double
    public let reserve: Int
    private let perCall: Int
    private let capacity: Int
    private let tokens: Atomic<Int>

    /// - Parameters:
    ///   - ratio: retries per call in the long run. Default 0.1.
    ///   - reserve: retries that are allowed before any call has paid for them. Default 10.
    public init(ratio: Double = 0.1, reserve: Int = 10) {
        precondition((0...1).contains(ratio), "ratio is \(ratio), expected 0 to 1")
        precondition((0...1_000_000).contains(reserve), "reserve is \(reserve), expected 0 to 1,000,000")
        self.ratio = ratio
        self.reserve = reserve
        perCall = Int((ratio * Double(Self.unit)).rounded())
        capacity = reserve * Self.unit + max(100 * perCall, Self.unit)
        tokens = Atomic(reserve * Self.unit)
    }

    /// Whole retries that are allowed at the moment.
    public var available: Int { tokens.load(ordering: .relaxed) / Self.unit }

    @usableFromInline
    func recordCall() {
        guard tokens.load(ordering: .relaxed) < capacity else { return }
        // May pass the capacity by one call's part for each thread here at once, which bounds it just as well.
        tokens.add(perCall, ordering: .relaxed)
    }

    func takeRetry() -> Bool {
        var seen = tokens.load(ordering: .relaxed)
        while seen >= Self.unit {
            let (exchanged, original) = tokens.weakCompareExchange(
                expected: seen, desired: seen - Self.unit, ordering: .relaxed)
            if exchanged { return true }
            seen = original
        }
        return false
    }
}
