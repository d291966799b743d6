/// What the bearer of a token may do.
public enum Role: String, Codable, CaseIterable, Hashable, Sendable {
    /// Read everything, change nothing.
    case read
    /// Say that components live, and nothing else.
    case heartbeat
    /// Read everything and give every order.
    case operate
}

/// What somebody may do, and how they are called.
public struct Grant: Hashable, Codable, Sendable {
    /// The name of the token, for people.
    public var name: String
    public var role: Role
    /// For which components beats may be sent; `nil` for all. Only with the role `heartbeat`.
    public var components: Set<ComponentID>?

    public init(name: String, role: Role, components: Set<ComponentID>? = nil) {
        self.name = name
        self.role = role
        self.components = components
    }
}
