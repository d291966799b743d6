import Synchronization

/// Bounds retries to a part of the calls, shared by everything that talks to the same other side.
///
/// Each call puts `ratio` of a token in, each retry takes one out; `reserve` tokens are there at the beginning, and a
/// hundred calls' worth (one token at least) can be saved up beyond that. So since it was made, retries ≤ ratio × calls +
/// reserve; a stretch of time may also use what was saved up before it.
///
/// A call counts once, however many policies with this budget stand around it: those within another one's call, and
/// within the further attempts of any ``Retry`` or ``Hedge``, put nothing in.
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

    /// The budget that the current call has paid into last, and those before it. Two, so that one alone costs no allocation.
    @TaskLocal static var paid: RetryBudget?
    @TaskLocal static var paidBefore: [RetryBudget] = []

    /// Makes a call that pays, unless it is part of one that has paid.
    @usableFromInline
    func counting<Value>(_ call: () async throws -> Value) async rethrows -> Value {
        guard !Retry.isFurtherCall else { return try await call() }
        guard let last = Self.paid else {
            recordCall()
            return try await Self.$paid.withValue(self, operation: call)
        }
        let before = Self.paidBefore
        guard last !== self, !before.contains(where: { $0 === self }) else { return try await call() }
        recordCall()
        return try await Self.$paidBefore.withValue(before + [last]) {
            try await Self.$paid.withValue(self, operation: call)
        }
    }

    private func recordCall() {
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
