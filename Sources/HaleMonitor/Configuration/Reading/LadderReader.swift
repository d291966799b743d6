internal import HaleEngine
internal import HaleModel

/// Reads the steps of `heal:`, listed or beside the guards.
struct LadderReader {
    static let tuningKeys = ["retries", "backoff", "settle", "verifyAfter"]
    static let commandKeys = ["command", "timeout"]
    static let stepKeys = tuningKeys + commandKeys + ["restart"]
    static let maxSteps = 32
    /// Remedies by other means, which people may expect.
    private static let otherRemedies: Set<String> = [
        "systemd", "launchd", "runit", "s6", "docker", "kubernetes", "webhook", "custom",
    ]

    let context: ReadingContext
    let defaults: Defaults
    /// Whether the component has `run:`.
    let runs: Bool

    /// `map` holds the guards, `steps`, and the keys of a single step.
    func read(_ map: MappingReader) -> [HealPolicy.Rung] {
        let problems = context.problems.count
        let steps = map["steps"].map(readSteps) ?? []
        let beside = Self.stepKeys.first { map[$0] != nil }
        var rungs: [HealPolicy.Rung] = []

        if runs, !steps.contains(where: { $0["restart"] != nil }) {
            rungs.append(readImpliedRestart(map))
        } else if map["steps"] != nil, let beside {
            map.report("'\(beside)' stands beside 'steps'", hint: "put it into the step it belongs to", at: beside)
        }
        if map["command"] != nil {
            if runs, map["steps"] != nil {
                map.report("'command' stands beside 'steps'", hint: "put it into the list", at: "command")
            }
            rungs += [readStep(map, isFirst: false)].compactMap { $0 }
        } else if map["restart"] != nil {
            checkRestart(map, isFirst: true)
        }
        for (index, step) in steps.enumerated() {
            rungs += [readStep(step, isFirst: index == 0)].compactMap { $0 }
        }
        if rungs.isEmpty, context.problems.count == problems, !map.hasUnknownKeys {
            map.report(
                "without 'run:' there is nothing to restart",
                hint: "give at least one step such as command: [./repair]")
        }
        return rungs
    }

    /// A mapping, its keys that name missing remedies reported as such.
    func mapping(_ field: Field, keys: [String], expected: String) -> MappingReader? {
        var plain = field
        let problems = context.problems.count
        if case .mapping(let pairs) = field.node.content {
            plain.node.content = .mapping(
                pairs.filter { pair in
                    guard Self.otherRemedies.contains(pair.key) else { return true }
                    context.report("there is no remedy '\(pair.key)'", hint: remedies, at: pair.keyPosition, field.path)
                    return false
                })
        }
        let namesRemedy = context.problems.count > problems
        return MappingReader(plain, keys: keys, expected: expected, ignoresMissing: namesRemedy, context)
    }

    private func readSteps(_ field: Field) -> [MappingReader] {
        guard let items = context.items(field, expected: "a list of steps") else { return [] }
        if items.isEmpty { context.report("the list of steps is empty", at: field) }
        if items.count > Self.maxSteps { context.report("more than \(Self.maxSteps) steps", at: field) }
        return items.prefix(Self.maxSteps).compactMap {
            mapping($0, keys: Self.stepKeys, expected: "a step such as {command: [./repair]}")
        }
    }

    /// The first rung of every component with `run:`. Keys beside the guards tune it, unless they come with a command
    /// of their own.
    private func readImpliedRestart(_ map: MappingReader) -> HealPolicy.Rung {
        if map["command"] == nil {
            if map["timeout"] != nil { map.report("'timeout' belongs to a 'command'", at: "timeout") }
            return readRung(.program, map)
        }
        let plain = Field(node: .emptyMapping(map.field.node.position), path: "\(map.path).restart")
        return MappingReader(plain, keys: [], expected: "", context).map { readRung(.program, $0) } ?? .init(.program)
    }

    private func readStep(_ map: MappingReader, isFirst: Bool) -> HealPolicy.Rung? {
        if map["restart"] != nil, map["command"] == nil {
            guard checkRestart(map, isFirst: isFirst) else { return nil }
            if map["timeout"] != nil { map.report("'timeout' belongs to a 'command'", at: "timeout") }
            return readRung(.program, map)
        }
        if map["restart"] != nil {
            map.report("a step has one remedy, found 'restart' and 'command'", at: "restart")
        }
        guard let field = map["command"] else {
            if !map.hasUnknownKeys { map.report("a step needs a remedy", hint: remedies) }
            return nil
        }
        let command = CommandReader(context: context).read(field, from: context.directory)
        let timeout = map.value("timeout", .duration(HealBounds.commandTimeout), else: .seconds(60))
        let rung = readRung(.command(command ?? [""], timeout: timeout), map)
        return command == nil ? nil : rung
    }

    /// Whether `restart: run` is what it says and stands where it may.
    @discardableResult
    private func checkRestart(_ map: MappingReader, isFirst: Bool) -> Bool {
        guard let field = map["restart"] else { return false }
        switch field.node.content {
        case .scalar("run", _): break
        case .mapping(let pairs) where pairs.count == 1:
            context.report("there is no remedy '\(pairs[0].key.escaped)'", hint: remedies, at: field)
            return false
        default:
            context.report("'restart' can only be 'run'", hint: remedies, at: field)
            return false
        }
        guard runs else {
            context.report("the component has no 'run:' to restart", hint: remedies, at: field)
            return false
        }
        if !isFirst { context.report("the restart of the program is always the first step", at: field) }
        return isFirst
    }

    private var remedies: String {
        runs
            ? "remedies are 'restart: run' as the first step, and 'command: [./repair]'"
            : "the remedy is 'command: [./repair]'"
    }

    // MARK: One rung

    private func readRung(_ remedy: HealPolicy.Rung.Remedy, _ map: MappingReader) -> HealPolicy.Rung {
        let base = HealPolicy.Rung(remedy)
        let retries = map.value("retries", .integer(HealBounds.retries), else: defaults.heal.retries)
        var settings = defaults.heal
        settings.readBackoff(map.field("backoff"), context)
        return HealPolicy.Rung(
            remedy, retries: retries, backoff: settings.backoff,
            settle: map.value("settle", .duration(HealBounds.wait), else: base.settle),
            verifyAfter: map.value("verifyAfter", .duration(HealBounds.wait), else: defaults.heal.verifyAfter))
    }
}
