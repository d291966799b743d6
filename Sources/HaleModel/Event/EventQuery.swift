/// Which events are asked for.
public struct EventQuery: Hashable, Sendable {
    /// Only later ones, oldest first; `nil`: the newest `limit`, still oldest first.
    public var after: EventID?
    public var component: ComponentID?
    public var kind: EventKind?
    public var limit: Int

    public init(after: EventID? = nil, component: ComponentID? = nil, kind: EventKind? = nil, limit: Int = 100) {
        self.after = after
        self.component = component
        self.kind = kind
        self.limit = limit
    }
}
