/// What a shell may do wrong: broken on purpose, to see that the checkers see it.
public enum ShellDefect: String, CaseIterable, Hashable, Sendable {
    /// Durable effects are carried out at once, before their commit.
    case actsBeforeCommit
    /// Records of components are not written.
    case forgetsComponents
    /// The engine's own record is not written, so that ids begin anew.
    case forgetsEngine
    /// Events are left out of commits.
    case losesEvents
    /// Remedies with limits run although their record could not be written.
    case ignoresTrouble
    /// No tick is ever given.
    case neverTicks
    /// Orders for processes are not carried out.
    case losesOrders
}
