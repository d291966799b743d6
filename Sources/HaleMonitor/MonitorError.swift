/// Why Hale can't run, or does not do what was asked of it, in a person's words.
public struct MonitorError: Error, Hashable, CustomStringConvertible {
    public let description: String

    package init(_ description: String) { self.description = description }
}
