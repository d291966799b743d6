internal import HaleEngine
internal import HaleModel

/// Reads `hooks:`, the commands that go along with what happens to a component.
struct HooksReader {
    static let keys = HookOrder.Occasion.allCases.map(\.rawValue) + ["timeout"]

    let context: ReadingContext

    func read(_ field: Field) -> HookPolicy {
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "a mapping such as {beforeHeal: [./drain]}", context)
        else { return HookPolicy() }
        var commands: [HookOrder.Occasion: [String]] = [:]
        for occasion in HookOrder.Occasion.allCases {
            commands[occasion] = map[occasion.rawValue].flatMap {
                CommandReader(context: context).read($0, from: context.directory)
            }
        }
        if map.keys.allSatisfy({ $0 == "timeout" }), !map.hasUnknownKeys {
            map.report("no hook is given", hint: "write it like {beforeHeal: [./drain]}")
        }
        let timeout = map.value("timeout", .duration(HealBounds.commandTimeout), else: HookPolicy().timeout)
        return HookPolicy(commands, timeout: timeout)
    }
}
