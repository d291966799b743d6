/// One file of a configuration.
package struct ConfigurationDocument: Hashable, Sendable {
    /// As it is named in messages.
    package var name: String
    package var text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
