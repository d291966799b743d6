/// What became of an order to read the configuration again.
public enum ReloadAnswer: Hashable, Sendable {
    /// In force, or for a dry run: what would be.
    case accepted(ReloadDocument)
    /// The configuration has mistakes, all of which are named with their place; nothing has changed.
    case rejected([String])
    case refused(OrderRefusal)
}
