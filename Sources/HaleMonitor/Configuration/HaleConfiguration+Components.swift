import HaleEngine

extension HaleConfiguration {
    /// The same with other components.
    func watching(_ components: [ComponentPolicy]) throws(EngineConfiguration.Invalid) -> HaleConfiguration {
        var result = self
        result.engine = try EngineConfiguration(
            components: components, healing: engine.healing, references: engine.references,
            checksPerHost: engine.checksPerHost)
        result.components = components
        return result
    }
}

extension EngineConfiguration.Invalid {
    /// For people who wrote no file.
    var inWords: String {
        switch self {
        case .duplicateComponent(let id): "there are two components '\(id)'"
        case .duplicateCheck(let id, let name): "\(id) has two checks '\(name)'"
        case .unknownDependency(let id, let other):
            "\(id) depends on '\(other)', which is not registered; register what others depend on first"
        case .dependencyCycle(let ids):
            "dependencies form a cycle: " + (ids + ids.prefix(1)).map(\.name).joined(separator: " → ")
        case .emptyLadder(let id): "\(id) has no remedy on its ladder"
        case .tooFewReferences: "reference targets are two at least"
        }
    }
}
