/// Somebody who has shown a token that is in force.
public struct Bearer: Hashable, Sendable {
    public var grant: Grant
    /// Stands for the token itself, without showing it: another token with the same grant is another one.
    public var token: String

    public init(_ grant: Grant, token: String) {
        self.grant = grant
        self.token = token
    }
}
