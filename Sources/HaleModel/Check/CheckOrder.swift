/// One run of one check, to be carried out at once.
public struct CheckOrder: Hashable, Codable, Sendable {
    /// Comes back with the result, so that an old run is never taken for a later one.
    public var run: UInt64
    public var component: ComponentID
    public var check: String
    public var timeout: TimeSpan

    public init(run: UInt64, component: ComponentID, check: String, timeout: TimeSpan) {
        self.run = run
        self.component = component
        self.check = check
        self.timeout = timeout
    }
}
