/// One attempt to heal, on disk before it begins.
public struct Intent: Hashable, Codable, Sendable {
    public enum Outcome: String, Codable, CaseIterable, Hashable, Sendable {
        case succeeded
        case failed
        case interrupted
    }

    public var id: UInt64
    public var component: ComponentID
    /// Set where one of several instances is restarted.
    public var instance: Int?
    /// The place on the ladder, from 0, and the attempt on it, from 1.
    public var rung: Int
    public var number: Int
    public var remedy: String
    public var reason: String
    public var isManual: Bool
    public var began: WallTime
    public var ended: WallTime?
    public var outcome: Outcome?
    public var message: String?

    public init(
        id: UInt64, component: ComponentID, instance: Int?, rung: Int, number: Int, remedy: String, reason: String,
        isManual: Bool, began: WallTime
    ) {
        self.id = id
        self.component = component
        self.instance = instance
        self.rung = rung
        self.number = number
        self.remedy = remedy
        self.reason = reason
        self.isManual = isManual
        self.began = began
    }
}
