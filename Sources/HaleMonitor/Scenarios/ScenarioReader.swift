internal import HaleEngine
internal import HaleModel
internal import HaleSimulator

/// Reads the whole of a scenario file.
struct ScenarioReader {
    static let keys = ["description", "for", "configuration", "components", "faults", "endsWell"]
    static let maxFaults = 100_000
    static let duration: ClosedRange<TimeSpan> = .seconds(1) ... .days(366)

    let context: ReadingContext
    /// Whose components the scenario is about, where it is not its own.
    let configuration: HaleConfiguration?

    /// `nil` where something was reported.
    func read(_ root: YAMLNode, file: String) -> LoadedScenario? {
        let field = Field(node: root, path: "")
        guard !root.isNull else {
            context.report("the file is empty; expected 'faults:' or 'components:'", at: field)
            return nil
        }
        guard let map = MappingReader(field, keys: Self.keys, expected: "a mapping with 'faults:'", context) else {
            return nil
        }
        let title = map.optional("description", .text()) ?? Self.name(of: file)
        let duration = map.value("for", .duration(Self.duration), else: .hours(1))
        guard let configuration = readConfiguration(map, file) else { return nil }
        var scenario = Scenario(title, components: configuration.components.map(Self.model))
        scenario.healing = configuration.engine.healing
        scenario.references = configuration.engine.references
        scenario.endsWell = map.value("endsWell", .boolean, else: false)
        scenario.checksPerHost = configuration.engine.checksPerHost
        let targets = TargetReader(context: context, policies: configuration.components)
        map["components"].map { readBehaviours($0, targets, into: &scenario) }
        scenario.faults = map["faults"].map { readFaults($0, targets) } ?? []
        return context.problems.isEmpty ? LoadedScenario(title: title, scenario: scenario, duration: duration) : nil
    }

    /// The configuration beside the scenario, or within it. One that is not used has to be right all the same.
    private func readConfiguration(_ map: MappingReader, _ file: String) -> HaleConfiguration? {
        guard let field = map["configuration"] else {
            if configuration == nil {
                map.report(
                    "there is nothing to simulate: 'configuration:' is missing",
                    hint: "put one into the scenario, or name a file by --config")
            }
            return configuration
        }
        let own = DocumentReader(context: context, overrides: .init()).read(field.node, file: file, path: field.path)
        return configuration ?? own
    }

    /// What a component does unless the scenario says otherwise: as in the real world it needs what it depends on.
    static func model(_ policy: ComponentPolicy) -> ComponentModel {
        var model = ComponentModel(policy)
        model.needsDependencies = true
        model.beatEvery = policy.heartbeat.map { $0.late / 3 }
        return model
    }

    private func readBehaviours(_ field: Field, _ targets: TargetReader, into scenario: inout Scenario) {
        guard let map = MappingReader(field, keys: nil, expected: "a mapping of components by id", context) else {
            return
        }
        let reader = BehaviourReader(context: context)
        for key in map.keys {
            guard let field = map[key] else { continue }
            let places = targets.places(of: key, at: map.position(of: key), "components")
            for place in places {
                let isOneOfMany = TargetReader.isPattern(key)
                switch reader.read(field, isOneOfMany: isOneOfMany, into: &scenario.components[place]) {
                case true?:
                    targets.refuseLosing(place, field)
                    scenario.absentAtFirst.insert(place)
                case false?: scenario.absentAtFirst.remove(place)
                case nil: break
                }
            }
        }
    }

    private func readFaults(_ field: Field, _ targets: TargetReader) -> [PlannedFault] {
        guard let items = context.items(field, expected: "a list of faults") else { return [] }
        guard items.count <= Self.maxFaults else {
            context.report("more than \(Self.maxFaults) faults", at: field)
            return []
        }
        let reader = FaultReader(context: context, targets: targets)
        let faults = items.flatMap(reader.read)
        guard faults.count <= Self.maxFaults else {
            context.report("more than \(Self.maxFaults) faults, counted for each component", at: field)
            return []
        }
        return faults
    }

    /// `outage` for `/srv/outage.yaml`.
    private static func name(of file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        return last.hasSuffix(".yaml") ? String(last.dropLast(5)) : last
    }
}
