/// What the command line says over environment and file.
package struct ConfigurationOverrides: Hashable, Sendable {
    /// `--observe`: decide and record everything, touch nothing.
    package var observes: Bool

    package init(observes: Bool = false) { self.observes = observes }
}
