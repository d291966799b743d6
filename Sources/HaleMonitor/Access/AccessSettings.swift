/// What `server:` says about who may do what.
package struct AccessSettings: Sendable {
    /// Names beside `localhost` by which Hale is reached, in lower case.
    package var hosts: [String] = []
    /// Whether reading and heartbeats from this machine need a token, too. Default false.
    package var loopbackNeedsToken = false
    var tokens: [StoredToken] = []

    package init() {}
}
