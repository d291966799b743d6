/// One of the processes of a supervised component, counted from 0.
public struct InstanceID: Hashable, Comparable, Codable, Sendable {
    public var component: ComponentID
    public var number: Int

    public init(_ component: ComponentID, _ number: Int) {
        self.component = component
        self.number = number
    }

    /// From a name such as `api.0`.
    public init?(_ text: String) {
        guard let dot = text.lastIndex(of: "."), let number = Int(text[text.index(after: dot)...]), number >= 0,
            let component = ComponentID(text[..<dot])
        else { return nil }
        self.init(component, number)
        guard description == text else { return nil }
    }

    public static func < (a: InstanceID, b: InstanceID) -> Bool {
        (a.component, a.number) < (b.component, b.number)
    }
}

extension InstanceID: CustomStringConvertible {
    public var description: String { "\(component).\(number)" }
}
