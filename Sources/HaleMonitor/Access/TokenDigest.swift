internal import Crypto
internal import HaleModel

/// What is kept of a token: enough to know it again, not enough to show it.
struct TokenDigest: Hashable, Codable, Sendable {
    /// 64 hexadecimal digits of SHA-256. A token has 256 random bits, or is somebody's own of 16 bytes at least; no salt
    /// makes the former harder to find.
    let hex: String

    init(of token: String) {
        hex = SHA256.hash(data: Array(token.utf8)).map(Secret.hexadecimal).joined()
    }

    /// Takes as long wherever the two differ.
    func matches(_ other: TokenDigest) -> Bool {
        let a = Array(hex.utf8)
        let b = Array(other.hex.utf8)
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        hex = try container.decode(String.self)
        guard hex.utf8.count == 64, hex.allSatisfy(\.isHexDigit) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected 64 hexadecimal digits")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
