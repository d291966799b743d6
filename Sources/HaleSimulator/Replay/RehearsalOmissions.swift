package import HaleModel

/// What another policy was not told of, or was told without the recording knowing.
package struct RehearsalOmissions: Hashable, Sendable {
    /// Inputs about components that the policy does not have.
    package var unknown: [ComponentID: Int] = [:]
    /// Results of checks that the policy was not asking for at the time.
    package var unusedResults = 0
    /// Runs of checks that took the result before, because none came in time.
    package var repeatedResults = 0
    /// Runs of checks that the recording says nothing of.
    package var unansweredChecks = 0
    /// What the recorded policy's own orders led to, and this one had not ordered.
    package var consequences = 0
    /// Starts, stops, commands and hooks that only this policy ordered: taken to work at once.
    package var assumed = 0
    /// Changes of the configuration while it was recorded: the other policy stays.
    package var reloads = 0
    /// Where inputs are missing in the recording.
    package var gaps = 0

    package init() {}
}
