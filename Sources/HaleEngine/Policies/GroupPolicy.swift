/// Members of one group are healed one at a time (H6).
public struct GroupPolicy: Hashable, Codable, Sendable {
    public var name: String
    /// So many others have to be healthy before a member that is still usable may be healed. Default 1.
    public var minHealthy: Int

    public init(_ name: String, minHealthy: Int = 1) {
        self.name = name
        self.minHealthy = minHealthy
    }
}
