public import HaleModel

/// Commands that go along with what happens to a component.
public struct HookPolicy: Hashable, Codable, Sendable {
    public var commands: [HookOrder.Occasion: [String]]
    /// Default 30 s each.
    public var timeout: TimeSpan

    public init(_ commands: [HookOrder.Occasion: [String]] = [:], timeout: TimeSpan = .seconds(30)) {
        self.commands = commands
        self.timeout = timeout
    }
}
