internal import HaleEngine
internal import HaleModel

/// Reads the whole of a `hale.yaml`.
struct DocumentReader {
    static let maxComponents = 100_000

    static let keys = [
        "server", "data", "recording", "defaults", "healing", "connectivity", "checksPerHost", "components",
    ]

    let context: ReadingContext
    let overrides: ConfigurationOverrides

    /// `nil` where something was reported.
    /// - Parameter path: what the document is called where it is part of another.
    func read(_ root: YAMLNode, file: String, path: String = "") -> HaleConfiguration? {
        let field = Field(node: root, path: path)
        guard !root.isNull else {
            context.report("the file is empty; expected 'components:'", at: field)
            return nil
        }
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping with 'components:'", context)
        else { return nil }
        let server = ServerReader(context: context).read(map.field("server"))
        let data = map.value(
            "data", .path(from: context.directory), else: Paths.absolute("hale-data", from: context.directory))
        let recording = RecordingReader(context: context).read(map.field("recording"))
        let defaults = Defaults.read(map["defaults"], context)
        let healing = HealingReader(context: context).read(map.field("healing"), observes: overrides.observes)
        let references = readReferences(map, defaults)
        let checksPerHost = map.value("checksPerHost", .integer(1...10_000), else: 8)
        let results = readComponents(map, defaults)
        checkDependencies(results, map)
        guard context.problems.isEmpty else { return nil }
        let engine = makeEngine(map) { () throws(EngineConfiguration.Invalid) in
            try EngineConfiguration(
                components: results.map(\.policy), healing: healing, references: references.policies,
                checksPerHost: checksPerHost)
        }
        guard let engine else { return nil }
        return HaleConfiguration(
            file: file, names: context.files, bind: server.bind, access: server.access, tls: server.tls,
            dataDirectory: data, recording: recording, components: results.map(\.policy),
            checks: results.flatMap(\.checks) + references.plans, programs: results.compactMap(\.program),
            engine: engine,
            documents: [], registrations: [], effective: ConfigurationDescription(entries: context.entries))
    }

    private func readReferences(_ map: MappingReader, _ defaults: Defaults) -> ConnectivityReader.Result {
        guard let field = map["connectivity"] else { return .init() }
        if case .mapping(let pairs) = map["components"]?.node.content,
            let clash = pairs.first(where: { $0.key == ConnectivityReader.component.name })
        {
            context.report(
                "'\(clash.key)' is what the reference targets of 'connectivity:' are called",
                hint: "give the component another id", at: clash.keyPosition, "components")
        }
        return ConnectivityReader(context: context, defaults: defaults).read(field)
    }

    private func readComponents(_ map: MappingReader, _ defaults: Defaults) -> [ComponentReader.Result] {
        guard let field = map["components"] else {
            map.report(
                "nothing to watch: 'components:' is missing", hint: "write components: {web: {check: {http: URL}}}")
            return []
        }
        let empty: Bool
        if case .mapping(let pairs) = field.node.content { empty = pairs.isEmpty } else { empty = field.node.isNull }
        guard !empty else {
            context.report(
                "nothing to watch: no component is given", hint: "write {web: {check: {http: URL}}}", at: field)
            return []
        }
        guard let components = MappingReader(field, keys: nil, expected: "a mapping of components by id", context)
        else {
            return []
        }
        guard components.keys.count <= Self.maxComponents else {
            components.report("more than \(Self.maxComponents) components")
            return []
        }
        let reader = ComponentReader(context: context, defaults: defaults)
        return components.keys.compactMap { key in
            guard let id = ComponentID(key) else {
                components.report(
                    "'\(key.escaped)' is not a component id",
                    hint: "use letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 128",
                    at: key)
                return nil
            }
            return components[key].flatMap { reader.read(id, $0) }
        }
    }

    // MARK: Dependencies

    private func checkDependencies(_ results: [ComponentReader.Result], _ map: MappingReader) {
        let places = Dictionary(
            uniqueKeysWithValues: results.enumerated().map { ($0.element.policy.id.name, $0.offset) })
        // Components that could not be read exist all the same.
        var names: [String] = []
        if case .mapping(let pairs) = map["components"]?.node.content { names = pairs.map(\.key) }
        let known = Set(names)
        var edges: [[Int]] = []
        for result in results {
            var targets: [Int] = []
            for dependency in result.dependencies {
                if dependency.id == result.policy.id {
                    context.report("'\(dependency.id)' depends on itself", at: dependency.field)
                } else if let place = places[dependency.id.name] {
                    targets.append(place)
                } else if !known.contains(dependency.id.name) {
                    context.report(
                        "there is no component '\(dependency.id)'",
                        hint: Suggestion.hint(
                            for: dependency.id.name, among: names.filter { $0 != result.policy.id.name }),
                        at: dependency.field)
                }
            }
            edges.append(targets)
        }
        guard let cycle = DependencyGraph(edges).findCycle(), let first = cycle.first else { return }
        let next = results[cycle.count > 1 ? cycle[1] : first].policy.id
        guard let edge = results[first].dependencies.first(where: { $0.id == next }) else { return }
        let path = (cycle + [first]).map { results[$0].policy.id.name }.joined(separator: " → ")
        context.report("dependencies form a cycle: \(path)", at: edge.field)
    }

    /// Everything it could object to was checked before, with its place.
    private func makeEngine(
        _ map: MappingReader, _ make: () throws(EngineConfiguration.Invalid) -> EngineConfiguration
    ) -> EngineConfiguration? {
        do {
            return try make()
        } catch {
            map.report("the engine refuses the configuration: \(error)", at: "components")
            return nil
        }
    }
}
