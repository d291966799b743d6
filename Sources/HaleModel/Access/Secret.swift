/// What nobody guesses.
public enum Secret {
    /// 256 random bits as 64 hexadecimal digits.
    ///
    /// ```swift
    /// var generator = SystemRandomNumberGenerator()
    /// let token = "hale-" + Secret.make(using: &generator)
    /// ```
    public static func make(using generator: inout some RandomNumberGenerator) -> String {
        (0..<32).map { _ in hexadecimal(generator.next()) }.joined()
    }

    /// Two digits.
    public static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
