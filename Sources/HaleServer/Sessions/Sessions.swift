package import HaleModel
import Synchronization

/// Browsers that have shown a token, and links that do it for them once. In memory only: they end with Hale.
package final class Sessions: Sendable {
    private struct Entry {
        var grant: Grant
        /// A link's grant belongs to no token, and so can't be revoked with one.
        var isOfToken: Bool
        var until: ContinuousClock.Instant
    }

    private struct State {
        var sessions: [String: Entry] = [:]
        var links: [String: Entry] = [:]
    }

    package static let sessionLasts: Duration = .seconds(12 * 3_600)
    package static let linkLasts: Duration = .seconds(15 * 60)
    /// Beyond this the one that ends first makes room.
    static let capacity = 1_000

    private let state = Mutex(State())

    package init() {}

    /// Begins a session and returns what its cookie holds.
    func begin(_ grant: Grant, isOfToken: Bool, at now: ContinuousClock.Instant = .now) -> String {
        let secret = Self.secret()
        let entry = Entry(grant: grant, isOfToken: isOfToken, until: now + Self.sessionLasts)
        state.withLock { Self.add(entry, secret, to: &$0.sessions, at: now) }
        return secret
    }

    /// - Parameter holds: whether a token with this grant is still there.
    func grant(_ secret: String, at now: ContinuousClock.Instant = .now, holds: (Grant) -> Bool) -> Grant? {
        guard let entry = state.withLock({ $0.sessions[secret] }), entry.until > now else { return nil }
        return !entry.isOfToken || holds(entry.grant) ? entry.grant : nil
    }

    func end(_ secret: String) { state.withLock { $0.sessions[secret] = nil } }

    /// The secret part of a link that begins one session, within 15 minutes.
    package func makeLink(_ grant: Grant, at now: ContinuousClock.Instant = .now) -> String {
        let secret = Self.secret()
        let entry = Entry(grant: grant, isOfToken: false, until: now + Self.linkLasts)
        state.withLock { Self.add(entry, secret, to: &$0.links, at: now) }
        return secret
    }

    func redeem(_ secret: String, at now: ContinuousClock.Instant = .now) -> Grant? {
        let entry = state.withLock { $0.links.removeValue(forKey: secret) }
        return entry.flatMap { $0.until > now ? $0.grant : nil }
    }

    private static func add(
        _ entry: Entry, _ secret: String, to entries: inout [String: Entry], at now: ContinuousClock.Instant
    ) {
        if entries.count >= capacity {
            entries = entries.filter { $0.value.until > now }
            if entries.count >= capacity, let first = entries.min(by: { $0.value.until < $1.value.until })?.key {
                entries[first] = nil
            }
        }
        entries[secret] = entry
    }

    /// 256 bits that nobody guesses, as hexadecimal digits.
    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
