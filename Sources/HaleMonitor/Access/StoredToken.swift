package import HaleModel

/// A token as it is kept.
package struct StoredToken: Hashable, Codable, Sendable {
    package var grant: Grant
    var digest: TokenDigest
    /// RFC 3339; `nil` for one of the configuration.
    package var created: String?

    init(_ grant: Grant, token: String, created: String? = nil) {
        self.grant = grant
        digest = TokenDigest(of: token)
        self.created = created
    }

    /// A token that nobody guesses: 256 random bits.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return "hale-"
            + (0..<4).map { _ in
                let digits = String(generator.next(), radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined()
    }
}
