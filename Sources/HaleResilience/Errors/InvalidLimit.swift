/// A limit that makes no sense: which one, what it was, and what was expected.
///
/// Initialisers that take limits written in the program stop it when one makes no sense. Limits that come from outside
/// (a configuration file) go through `validated()` or `validating(_:)` first, which throw this.
public struct InvalidLimit: Error, Hashable, Sendable, CustomStringConvertible {
    public let limit: String
    public let value: String
    public let expected: String

    public var description: String { "\(limit) is \(value), expected \(expected)" }

    static func check(
        _ limit: String, _ value: some Sendable, _ isValid: Bool, _ expected: String
    ) throws(InvalidLimit) {
        guard isValid else { throw InvalidLimit(limit: limit, value: "\(value)", expected: expected) }
    }
}

/// Unwraps a configuration that is written in the program.
func trusting<Value>(_ make: () throws(InvalidLimit) -> Value) -> Value {
    do { return try make() } catch { preconditionFailure(error.description) }
}

extension Duration {
    /// The longest span that a limit may name: 100 years.
    static var longest: Duration { .seconds(36_525 * 86_400) }
}
