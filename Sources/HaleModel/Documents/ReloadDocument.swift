/// What a new configuration changes, as the HTTP interface shows it.
public struct ReloadDocument: Codable, Hashable, Sendable {
    public struct Field: Codable, Hashable, Sendable {
        public var path: String
        public var before: JSONValue?
        public var after: JSONValue?

        public init(path: String, before: JSONValue?, after: JSONValue?) {
            self.path = path
            self.before = before
            self.after = after
        }
    }

    public struct Change: Codable, Hashable, Sendable {
        public var componentId: ComponentID
        /// Empty where what changed is a secret.
        public var fields: [Field]
        public var restartsProgram: Bool

        public init(componentId: ComponentID, fields: [Field], restartsProgram: Bool) {
            self.componentId = componentId
            self.fields = fields
            self.restartsProgram = restartsProgram
        }
    }

    public var message: String
    public var added: [ComponentID]
    public var removed: [ComponentID]
    public var changed: [Change]
    public var settings: [Field]
    /// What takes effect only when Hale is restarted.
    public var needsRestart: [Field]
    /// What is wrong with registered components that fit no longer; absent where all do.
    public var leftOut: [String]?
    /// Whether new connections get another certificate; absent where they don't.
    public var certificateRenewed: Bool?

    public var changesNothing: Bool {
        added.isEmpty && removed.isEmpty && changed.isEmpty && settings.isEmpty && needsRestart.isEmpty
            && certificateRenewed != true
    }

    public init(
        message: String, added: [ComponentID], removed: [ComponentID], changed: [Change], settings: [Field],
        needsRestart: [Field]
    ) {
        self.message = message
        self.added = added
        self.removed = removed
        self.changed = changed
        self.settings = settings
        self.needsRestart = needsRestart
    }
}
