import HaleModel
import Testing

@testable import HaleServer

@Suite struct SessionTests {
    private let grant = Grant(name: "ops", role: .operate)
    private var bearer: Bearer { Bearer(grant, token: "digest") }
    private let start = ContinuousClock.now

    @Test func aSessionLastsUntilItsTimeOrItsTokenIsOver() {
        let sessions = Sessions()
        let secret = sessions.begin(bearer, at: start)
        #expect(sessions.session(secret, at: start) { _ in true }?.grant == grant)
        #expect(sessions.session(secret, at: start) { _ in false } == nil, "its token was revoked")
        #expect(sessions.session(secret, at: start + Sessions.sessionLasts) { _ in true } == nil)
        #expect(sessions.session(secret + "0", at: start) { _ in true } == nil)
        sessions.end(secret)
        #expect(sessions.session(secret, at: start) { _ in true } == nil)
    }

    @Test func aLinkWorksOnceAndNotForever() throws {
        let sessions = Sessions()
        let link = sessions.makeLink(grant, at: start)
        #expect(sessions.offers(link, at: start), "asking does not use it up")
        let secret = try #require(sessions.redeem(link, at: start))
        #expect(sessions.redeem(link, at: start) == nil && !sessions.offers(link, at: start))
        let late = sessions.makeLink(grant, at: start)
        #expect(!sessions.offers(late, at: start + Sessions.linkLasts))
        #expect(sessions.redeem(late, at: start + Sessions.linkLasts) == nil)
        // What a link began belongs to no token.
        #expect(sessions.session(secret, at: start) { _ in false }?.grant == grant)
    }

    @Test func thereAreNeverTooMany() {
        let sessions = Sessions()
        let first = sessions.begin(bearer, at: start)
        var last = ""
        for number in 1...Sessions.capacity {
            last = sessions.begin(bearer, at: start + .milliseconds(number))
        }
        #expect(sessions.session(first, at: start) { _ in true } == nil, "the one that ends first made room")
        #expect(sessions.session(last, at: start) { _ in true }?.grant == grant)
    }

    @Test func secretsDiffer() {
        let sessions = Sessions()
        let secrets = (0..<100).map { _ in sessions.makeLink(grant, at: start) }
        #expect(Set(secrets).count == 100)
        #expect(secrets.allSatisfy { $0.count == 64 })
    }
}
