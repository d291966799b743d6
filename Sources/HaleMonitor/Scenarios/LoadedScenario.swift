package import HaleModel
package import HaleSimulator

/// What a scenario file says, bound to the components of a configuration.
package struct LoadedScenario: Sendable {
    /// Its description, or its file's name.
    package var title: String
    package var scenario: Scenario
    /// For so long there are faults. Default 1 h.
    package var duration: TimeSpan
}
