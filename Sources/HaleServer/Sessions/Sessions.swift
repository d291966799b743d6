package import HaleModel
import Synchronization

/// Browsers that have shown a token, and links that do it for them once. In memory only: they end with Hale.
package final class Sessions: Sendable {
    private struct Entry {
        var grant: Grant
        /// Who has shown a token; a link's grant belongs to no token, and so can't be revoked with one.
        var bearer: Bearer?
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
    func begin(_ bearer: Bearer, at now: ContinuousClock.Instant = .now) -> String {
        begin(Entry(grant: bearer.grant, bearer: bearer, until: now + Self.sessionLasts), at: now)
    }

    private func begin(_ entry: Entry, at now: ContinuousClock.Instant) -> String {
        let secret = Self.secret()
        state.withLock { Self.add(entry, secret, to: &$0.sessions, at: now) }
        return secret
    }

    /// Whose session it is.
    /// - Parameter holds: whether the bearer's token is still in force.
    func session(
        _ secret: String, at now: ContinuousClock.Instant = .now, holds: (Bearer) -> Bool
    ) -> (grant: Grant, bearer: Bearer?)? {
        guard let entry = state.withLock({ $0.sessions[secret] }), entry.until > now,
            entry.bearer.map(holds) ?? true
        else { return nil }
        return (entry.grant, entry.bearer)
    }

    func end(_ secret: String) { state.withLock { $0.sessions[secret] = nil } }

    /// The secret part of a link that begins one session, within 15 minutes.
    package func makeLink(_ grant: Grant, at now: ContinuousClock.Instant = .now) -> String {
        let secret = Self.secret()
        let entry = Entry(grant: grant, until: now + Self.linkLasts)
        state.withLock { Self.add(entry, secret, to: &$0.links, at: now) }
        return secret
    }

    /// Whether a link would begin a session.
    func offers(_ link: String, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { $0.links[link] }.map { $0.until > now } ?? false
    }

    /// Begins the session that a link stands for, and returns what its cookie holds.
    func redeem(_ secret: String, at now: ContinuousClock.Instant = .now) -> String? {
        let entry = state.withLock { $0.links.removeValue(forKey: secret) }
        guard let entry, entry.until > now else { return nil }
        return begin(Entry(grant: entry.grant, until: now + Self.sessionLasts), at: now)
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

    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return Secret.make(using: &generator)
    }
}
