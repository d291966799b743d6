/// Where in its work Hale is killed.
public enum CrashPoint: String, CaseIterable, Hashable, Sendable {
    /// Between two batches.
    case idle
    /// After the engine decided, before anything is done.
    case beforePrompt
    /// Checks were begun; nothing is committed.
    case afterPrompt
    /// While the commit was under way: it did not make it.
    case beforeCommit
    /// All is on disk, and none of it done.
    case afterCommit
    /// Some effects were carried out.
    case betweenEffects
    /// All effects were carried out, and no answer has come.
    case afterEffects
}
