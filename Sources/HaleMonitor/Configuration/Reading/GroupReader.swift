internal import HaleEngine
internal import HaleModel

/// Reads `group:`, whose members are healed one at a time.
struct GroupReader {
    static let keys = ["name", "minHealthy"]

    let context: ReadingContext

    func read(_ field: Field) -> GroupPolicy? {
        var field = field
        if case .scalar = field.node.content, !field.node.isNull {
            // The short form: the name alone.
            let pair = YAMLNode.Pair(key: "name", keyPosition: field.node.position, value: field.node)
            field.node.content = .mapping([pair])
        }
        guard
            let map = MappingReader(
                field, keys: Self.keys, expected: "the name of a group, or {name: web, minHealthy: 2}", context)
        else { return nil }
        if map["name"] == nil, !map.hasUnknownKeys {
            map.report("no name is given", hint: "write it like {name: web, minHealthy: 2}")
        }
        let minHealthy = map.value("minHealthy", .integer(0...10_000), else: 1)
        return map.optional("name", .name).map { GroupPolicy($0, minHealthy: minHealthy) }
    }
}
