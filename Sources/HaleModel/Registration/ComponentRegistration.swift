/// A component that a program asks Hale to watch, as it says it over the HTTP interface: the keys of `hale.yaml` in snake
/// case, and nothing that runs a program.
public struct ComponentRegistration: Hashable, Codable, Sendable {
    public var id: ComponentID
    public var definition: [String: JSONValue]

    public init(id: ComponentID, definition: [String: JSONValue]) {
        self.id = id
        self.definition = definition
    }
}

/// What became of a wish to register or unregister.
public enum RegistrationAnswer: Hashable, Sendable {
    case accepted(String)
    /// What is wrong with the definition, all of it.
    case rejected([String])
    case refused(OrderRefusal)
}
