package import HaleModel

/// A token as it is kept.
package struct StoredToken: Hashable, Codable, Sendable {
    package var grant: Grant
    var digest: TokenDigest
    /// RFC 3339; `nil` for one of the configuration.
    package var created: String?

    var bearer: Bearer { Bearer(grant, token: digest.hex) }

    init(_ grant: Grant, token: String, created: String? = nil) {
        self.grant = grant
        digest = TokenDigest(of: token)
        self.created = created
    }

    /// A token that nobody guesses: 256 random bits.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return "hale-" + Secret.make(using: &generator)
    }
}
