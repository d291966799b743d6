internal import HaleEngine
internal import HaleModel

/// Reads one component with all that belongs to it.
struct ComponentReader {
    static let keys =
        [
            "layer", "labels", "vital", "weight", "dependsOn", "check", "checks", "heartbeat", "errorRate", "limits",
            "run", "heal", "autoHeal", "hooks", "group", "flapping",
        ] + Defaults.checkKeys

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
                field, keys: Self.keys, expected: "a mapping with 'check:', 'checks:', 'heartbeat:' or 'run:'", context)
        else { return nil }
        let defaults = self.defaults.overridden(by: map)
        let dependencies = map["dependsOn"].map { DependencyReader(context: context).read($0) } ?? []
        let checks = readChecks(id, map, defaults)
        let run = map["run"].flatMap { RunReader(context: context).read(id, $0) }
        if Self.sources.allSatisfy({ map[$0] == nil }), !map.hasUnknownKeys {
            map.report("nothing to watch", hint: "give it a 'check:', 'checks:', 'heartbeat:' or 'run:'")
        }
        var policy = ComponentPolicy(id: id, checks: checks.map(\.policy), program: run?.policy)
        policy.dependsOn = dependencies.map(\.policy)
        readNature(map, into: &policy)
        readEvidence(map, defaults, into: &policy)
        readHealing(map, defaults, into: &policy)
        return Result(
            policy: policy, checks: checks.map(\.plan), program: run?.plan,
            dependencies: dependencies.map { ($0.policy.on, $0.field) })
    }

    /// What gives evidence; a component has one of them at least.
    private static let sources = ["check", "checks", "heartbeat", "run"]

    private func readNature(_ map: MappingReader, into policy: inout ComponentPolicy) {
        policy.layer = map.value("layer", .choice(Layer.self), else: .daemon)
        policy.labels = map["labels"].map(readLabels) ?? [:]
        policy.isVital = map.value("vital", .boolean, else: false)
        policy.weight = map.optional("weight", .number(0...1_000)) ?? policy.weight
        policy.group = map["group"].flatMap { GroupReader(context: context).read($0) }
    }

    private func readEvidence(_ map: MappingReader, _ defaults: Defaults, into policy: inout ComponentPolicy) {
        policy.heartbeat = map["heartbeat"].flatMap {
            HeartbeatReader(context: context, defaults: defaults)
                .read($0, hasChecks: !policy.checks.isEmpty, runs: map["run"] != nil)
        }
        policy.limits = map["limits"].map { LimitsReader(context: context).read($0) } ?? [:]
        let errorRate = map["errorRate"].map {
            ErrorRateReader(context: context).read($0, over: defaults.errorRate)
        }
        policy.errorRate = (errorRate ?? defaults.errorRate).policy
        let flapping = map["flapping"].map { FlappingReader(context: context).read($0, over: defaults.flapping) }
        policy.flapping = flapping ?? defaults.flapping
    }

    private func readHealing(_ map: MappingReader, _ defaults: Defaults, into policy: inout ComponentPolicy) {
        let hasRemedy = map["run"] != nil || map["heal"] != nil
        if map["autoHeal"] != nil, !hasRemedy {
            map.report("there is no remedy to switch off", hint: "give it a 'heal:' or 'run:'", at: "autoHeal")
        }
        let isAutomatic = hasRemedy ? map.value("autoHeal", .boolean, else: defaults.autoHeal) : true
        policy.heal = HealReader(context: context, defaults: defaults, runs: map["run"] != nil)
            .read(map["heal"], path: "\(map.path).heal", isAutomatic: isAutomatic)
        policy.hooks = map["hooks"].map { HooksReader(context: context).read($0) } ?? HookPolicy()
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

    private func readChecks(
        _ id: ComponentID, _ map: MappingReader, _ defaults: Defaults
    ) -> [CheckReader.Result] {
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
