package import HaleModel

extension ConfigurationDifference {
    /// In one line, for the event: `1 added (cache), 2 changed (api, web)`.
    package var summary: String {
        guard !isEmpty else { return "nothing changes" }
        var parts: [String] = []
        func add(_ word: String, _ names: [String]) {
            if !names.isEmpty { parts.append("\(names.count) \(word) (\(Self.some(names)))") }
        }
        add("added", added.map(\.name))
        add("removed", removed.map(\.name))
        add("changed", changed.map(\.id.name))
        if !restarting.isEmpty { parts.append("restarting \(Self.some(restarting.map(\.name).sorted()))") }
        if !settings.isEmpty { parts.append("settings: \(Self.some(settings.map(\.path)))") }
        if !needsRestart.isEmpty {
            parts.append("when Hale is restarted: \(Self.some(needsRestart.map(\.path)))")
        }
        return parts.joined(separator: ", ")
    }

    private static func some(_ names: [String], limit: Int = 8) -> String {
        names.prefix(limit).joined(separator: ", ") + (names.count > limit ? " and \(names.count - limit) more" : "")
    }

    /// For `hale reload`, line by line.
    package var document: ReloadDocument {
        ReloadDocument(
            message: summary, added: added, removed: removed,
            changed: changed.map { change in
                .init(
                    componentId: change.id, fields: change.fields.map(Self.document),
                    restartsProgram: change.restartsProgram)
            },
            settings: settings.map(Self.document), needsRestart: needsRestart.map(Self.document))
    }

    private static func document(_ field: Field) -> ReloadDocument.Field {
        .init(path: field.path, before: field.before, after: field.after)
    }
}
