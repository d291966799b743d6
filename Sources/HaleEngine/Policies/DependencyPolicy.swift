public import HaleModel

/// One edge of the dependency graph, seen from the dependent.
public struct DependencyPolicy: Hashable, Codable, Sendable {
    public var on: ComponentID
    /// Restart the dependent when the other is well again after being lost. Default false.
    public var restarts: Bool
    /// Run the dependent's `onPause` hook when the other is lost and `onResume` when it is back. Default false.
    public var pauses: Bool

    public init(on: ComponentID, restarts: Bool = false, pauses: Bool = false) {
        self.on = on
        self.restarts = restarts
        self.pauses = pauses
    }
}

extension DependencyPolicy: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(on: ComponentID(stringLiteral: value)) }
}
