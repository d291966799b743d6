internal import HaleEngine
internal import HaleModel

/// Reads one component with all that belongs to it.
struct ComponentReader {
    static let keys = ["layer", "labels", "vital", "dependsOn", "check", "checks", "run", "heal"]

    let context: ReadingContext
    let defaults: Defaults

    struct Result {
        var policy: ComponentPolicy
        var checks: [CheckPlan]
        var program: ProgramPlan?
        /// Where each dependency stands, to say so when it does not exist.
        var dependencies: [(id: ComponentID, field: Field)]
    }

    func read(_ id: ComponentID, _ field: Field) -> Result? {
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping with 'check:', 'checks:' or 'run:'", context)
        else { return nil }
        let layer = map.value("layer", .choice(Layer.self), else: .daemon)
        let labels = map["labels"].map(readLabels) ?? [:]
        let isVital = map.value("vital", .boolean, else: false)
        let dependencies = map["dependsOn"].map(readDependencies) ?? []
        let checks = readChecks(id, map)
        let run = map["run"].flatMap { RunReader(context: context).read(id, $0) }
        let heal = HealReader(context: context, defaults: defaults, runs: map["run"] != nil)
            .read(map["heal"], path: "\(field.path).heal")
        if map["check"] == nil, map["checks"] == nil, map["run"] == nil, !map.hasUnknownKeys {
            map.report("nothing to watch", hint: "give it a 'check:', 'checks:' or 'run:'")
        }
        let policy = ComponentPolicy(
            id: id, layer: layer, labels: labels, isVital: isVital, dependsOn: dependencies.map(\.id),
            checks: checks.map(\.policy), program: run?.policy, heal: heal)
        return Result(policy: policy, checks: checks.map(\.plan), program: run?.plan, dependencies: dependencies)
    }

    private func readLabels(_ field: Field) -> [String: String] {
        guard let map = MappingReader(field, keys: nil, expected: "a mapping of labels", context) else { return [:] }
        var labels: [String: String] = [:]
        for key in map.keys {
            guard (1...128).contains(key.utf8.count) else {
                map.report("the name of a label has 1 to 128 bytes", at: key)
                continue
            }
            labels[key] = map.optional(key, .text(maxLength: 1_024))
        }
        return labels
    }

    private func readDependencies(_ field: Field) -> [(id: ComponentID, field: Field)] {
        let fields: [Field]
        if case .scalar = field.node.content {
            fields = [field]
        } else {
            fields = context.items(field, expected: "a list of component ids, or one") ?? []
        }
        var found: [(id: ComponentID, field: Field)] = []
        for field in fields {
            guard let text = context.text(field) else { continue }
            guard let id = ComponentID(text) else {
                context.report("'\(text)' is not a component id", at: field)
                continue
            }
            if found.contains(where: { $0.id == id }) {
                context.report("'\(id)' is named twice", at: field)
                continue
            }
            context.record(field.path, .string(id.name), .file(line: field.node.position.line))
            found.append((id, field))
        }
        return found
    }

    private func readChecks(_ id: ComponentID, _ map: MappingReader) -> [CheckReader.Result] {
        let reader = CheckReader(context: context, defaults: defaults)
        if map["check"] != nil, map["checks"] != nil {
            map.report("both 'check' and 'checks' are given", hint: "put all of them under 'checks'", at: "checks")
        }
        var results: [CheckReader.Result] = []
        if let field = map["check"] {
            if case .sequence = field.node.content {
                context.report("expected one check, found a list", hint: "use 'checks:' for several", at: field)
            } else if let result = reader.read(id, field) {
                results.append(result)
            }
        }
        if let field = map["checks"], let items = context.items(field, expected: "a list of checks") {
            if items.isEmpty { context.report("the list of checks is empty", at: field) }
            results += items.compactMap { reader.read(id, $0) }
        }
        var names: Set<String> = []
        for result in results where !names.insert(result.policy.name).inserted {
            let name = result.policy.name
            context.report(
                "a second check is called '\(name)'",
                hint: result.isNamed ? "names are unique within a component" : "give it a 'name:' of its own",
                at: result.field)
        }
        return results
    }
}
